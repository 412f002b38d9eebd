import type { RecordingTask, RecordRequest } from '../../channel/record-port.ts';
import type { Clock } from '../../clock.ts';
import { isChannelError } from '../../errors.ts';
import type { Law } from '../../media/codec/g711.codec.ts';
import type { CallSound } from './call-sound.ts';
import { FakeRecording, refusedRecording } from './fake-recording.ts';
import type { FakeTasks } from './fake-tasks.ts';
import type { MemoryFiles } from './memory-files.ts';
import { type RecordTarget, recordTarget } from './record-target.ts';
import type { SoundSource } from './sound-source.ts';

/** What recordings need of their session. */
export interface FakeRecordsHost {
  readonly clock: Clock;
  readonly files: MemoryFiles;
  readonly tasks: FakeTasks;
  readonly sound: CallSound;
}

/** The recordings of a session. */
export class FakeRecords {
  readonly #host: FakeRecordsHost;

  constructor(host: FakeRecordsHost) {
    this.#host = host;
  }

  /**
   * Begins one.
   *
   * @param sources - one for each channel of the file.
   * @param law - what the call carries.
   */
  begin(request: RecordRequest, sources: readonly SoundSource[], law: Law, onBegin: () => void): RecordingTask {
    const { clock, files, tasks, sound } = this.#host;
    let target: RecordTarget;
    try {
      target = recordTarget(files, request, sources.length);
    } catch (error) {
      if (!isChannelError(error)) throw error;
      return refusedRecording(error);
    }
    const { before, undo } = target;
    const onEnd = (isDiscarded: boolean): void => {
      endListening();
      tasks.forget(recording);
      if (isDiscarded) undo();
    };
    const recording = new FakeRecording({ clock, request, sources, law, before, onBegin, onEnd });
    const endListening = sound.record(recording);
    files.keep(request.path, recording);
    tasks.keep(recording, () => recording.end('closed'));
    return recording;
  }
}
