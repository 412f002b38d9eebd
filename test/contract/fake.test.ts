import { describeChannelContract } from './channel.contract.ts';
import { fakeBearer } from './fake-bearer.ts';

describeChannelContract('over fake ports', fakeBearer);
