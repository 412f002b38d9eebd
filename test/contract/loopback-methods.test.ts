import { LAWS_OF_METHODS } from './channel.contract.ts';
import { describeOverLoopback } from './over-loopback.ts';

describeOverLoopback(LAWS_OF_METHODS);
