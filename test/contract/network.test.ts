import { describeChannelContract } from './channel.contract.ts';
import { networkBearer } from './network-bearer.ts';

describeChannelContract('over a network in memory', networkBearer);
