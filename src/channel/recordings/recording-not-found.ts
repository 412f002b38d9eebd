import { ChannelError } from '../../errors.ts';

export function notFound(name: string, cause?: unknown): ChannelError {
  return new ChannelError('RECORDING_NOT_FOUND', `there is no recording ${JSON.stringify(name)}`, { cause });
}
