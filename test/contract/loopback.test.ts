import { describeChannelContract } from './channel.contract.ts';
import { loopbackBearer } from './loopback-bearer.ts';

describeChannelContract('over loopback', loopbackBearer);
