/**
 * offhook: telephone calls in Node. A SIP user agent and its media inside the process, and channels with awaitable methods on top.
 *
 * @packageDocumentation
 */

export type { AnswerOptions } from './channel/answer.ts';
export type { AudioOptions, AudioRate } from './channel/audio/audio-options.ts';
export { AudioPipe } from './channel/audio/audio-pipe.ts';
export type { AudioChunk, MarkOutcome } from './channel/audio/audio-writer.ts';
export { ChannelAudioStreams } from './channel/audio/channel-audio-streams.ts';
export type { ConfirmOptions, ConnectCalleeOptions } from './channel/back-to-back/callee-options.ts';
export type { Callees } from './channel/back-to-back/callees.ts';
export type { ConnectCalleeResult } from './channel/back-to-back/connect-callee.ts';
export type { HeaderRules } from './channel/back-to-back/header-rules.codec.ts';
export { AudioWay } from './channel/bridge/audio-way.ts';
export { Bridge } from './channel/bridge/bridge.ts';
export { BridgeMember } from './channel/bridge/bridge-member.ts';
export type { BridgeEvents } from './channel/bridge/bridge-parties.ts';
export type {
  AudioWayOptions,
  BridgeAddOptions,
  BridgeOptions,
  BridgeSettings,
} from './channel/bridge/bridge-settings.ts';
export { BridgeMusic, BridgePlayer, BridgeRecorder } from './channel/bridge/bridge-sounds.ts';
export type { CallHandler } from './channel/call-host.ts';
export type { CallInfo } from './channel/call-info.ts';
export { Cause } from './channel/cause.ts';
export { Channel } from './channel/channel.ts';
export type { ChannelAudio } from './channel/channel-audio.ts';
export type { ChannelCallee } from './channel/channel-callee.ts';
export type { ChannelConnections } from './channel/channel-connections.ts';
export type { ChannelEvents } from './channel/channel-core.ts';
export type { ChannelNetwork } from './channel/channel-network.ts';
export type { ChannelTransfers } from './channel/channel-transfers.ts';
export type { Codec } from './channel/codec.ts';
export type { CallerOptions, CallOptions, StartCallOptions } from './channel/dial.ts';
export type { DigitPlayOptions } from './channel/digit-play-options.ts';
export type { DigitStreamOptions } from './channel/digit-stream.ts';
export { DtmfDetector, type GetDigitsOptions } from './channel/dtmf-detector.ts';
export { DtmfPlayer } from './channel/dtmf-player.ts';
export { FarEndType } from './channel/far-end-type.ts';
export { FilePlayer } from './channel/file-player.ts';
export { FileRecorder, type RecordOptions } from './channel/file-recorder.ts';
export {
  FileManager,
  type FileOptions,
  type ListFilesOptions,
  type RenameOptions,
} from './channel/files/file-manager.ts';
export type { IfExists, StoredFile } from './channel/files/file-store.ts';
export type { HeaderFields } from './channel/header-field.codec.ts';
export type { HoldOptions } from './channel/hold/hold.ts';
export type { Journal } from './channel/journal/journal.ts';
export type { JournalEntry, JournalError, JournalFact } from './channel/journal/journal-entry.ts';
export type { JournalOptions } from './channel/journal/journal-options.ts';
export type { DetectMachineOptions } from './channel/listen/detect-far-end.ts';
export type { DetectedTone } from './channel/listen/detected-tone.ts';
export type { DetectedToneName } from './channel/listen-port.ts';
export type { ServiceCallOptions, StartServiceCallOptions } from './channel/local/call-service.ts';
export {
  DetectorCause,
  DtmfPlayerCause,
  DtmfPlayerState,
  PlayerCause,
  PlayerState,
  RecorderCause,
  RecorderState,
  WholeCallRecorderCause,
} from './channel/media-cause.ts';
export type { DigitMethod, MediaStatistics } from './channel/media-port.ts';
export type { ConnectOptions } from './channel/parties/connect.ts';
export type { HandOverOptions } from './channel/parties/hand-over.ts';
export type { RetrievableTransferOptions, ServiceTransferOptions } from './channel/parties/transfer-call.ts';
export { TransferCause } from './channel/parties/transfer-cause.ts';
export type { Media, MediaItem } from './channel/playback/media.ts';
export { MusicOnHold, type MusicOnHoldOptions } from './channel/playback/music-on-hold.ts';
export type { PlayOptions, PlayStartOptions, SayOptions } from './channel/playback/play-options.ts';
export { Playback, PlaybackState } from './channel/playback/playback.ts';
export type { SpeechOptions } from './channel/playback/speech-options.ts';
export type { SpeechAudio, SpeechProvider, SpeechProviderOptions } from './channel/playback/speech-provider.ts';
export { CallQueue, type EnterQueueOptions, type ServeQueueOptions } from './channel/queue/call-queue.ts';
export type { AgentStatus } from './channel/queue/queue.state.ts';
export type { CallQueueEvents, QueueOutcome } from './channel/queue/queue-events.ts';
export type { QueueMetrics } from './channel/queue/queue-metrics.state.ts';
export type { CallQueueOptions, QueueKeys, QueuePlace, QueueTalk } from './channel/queue/queue-options.ts';
export type { QueueSnapshot } from './channel/queue/queue-snapshot.codec.ts';
export type { RecordFormat, RecordRate } from './channel/record-port.ts';
export { Recording, RecordingState } from './channel/recording.ts';
export type { AudioFacts, AudioFormat } from './channel/recordings/audio-facts.ts';
export type { ByteSource } from './channel/recordings/byte-stream.ts';
export { type LocalStorageOptions, localStorage } from './channel/recordings/local-storage.ts';
export type {
  CopyRecordingOptions,
  ListRecordingsOptions,
  ReadRecordingOptions,
  RecordingOptions,
  RecordingSource,
  SaveRecordingOptions,
} from './channel/recordings/recording-options.ts';
export type {
  ByteRange,
  RecordingMetadata,
  RecordingStorage,
  StorageContent,
  StorageCopyOptions,
  StorageEntry,
  StorageFacts,
  StorageWriteOptions,
} from './channel/recordings/recording-storage.ts';
export { Recordings } from './channel/recordings/recordings.ts';
export type { RecordingsOptions } from './channel/recordings/recordings-option.ts';
export type { ListedRecording, StoredRecording } from './channel/recordings/stored-recording.ts';
export type { RedirectOptions } from './channel/referral/redirect.ts';
export type { TransferOptions } from './channel/referral/transfer.ts';
export type { TransferRequest } from './channel/referral/transfer-request.ts';
export type { RejectOptions } from './channel/reject.ts';
export type { RingOptions } from './channel/ring.ts';
export type {
  ConferenceCallOptions,
  ConferenceLifetimeControl,
  ConferencePartyMediaSettings,
  ConferenceTransferOptions,
  StartConferenceCallOptions,
} from './channel/rooms/conference-options.ts';
export { ConferenceParty, ConferenceRoom } from './channel/rooms/conference-room.ts';
export type { Credentials, HeaderField, Replaces, SipTrace } from './channel/signaling-port.ts';
export { ChannelSip } from './channel/sip/channel-sip.ts';
export { SIPHeaderField } from './channel/sip/sip-header-field.ts';
export { SIPInfo, SIPInfoDTMFRelay, SIPInfoPlainText } from './channel/sip/sip-info.ts';
export { SIPMessage, SIPMessagePlainText } from './channel/sip/sip-message.ts';
export type { SIPRequest } from './channel/sip/sip-request.ts';
export { SipState } from './channel/sip/sip-state.ts';
export type { Sound, SoundVariant } from './channel/sounds/sound-index.ts';
export { type SoundFilter, type SoundLanguage, Sounds } from './channel/sounds/sounds.ts';
export type { SoundsOptions } from './channel/sounds/sounds-options.ts';
export { SpeechDetector, type WaitForSilenceOptions } from './channel/speech-detector.ts';
export { State } from './channel/state.ts';
export type { ToneCountry } from './channel/tone/country-tones.ts';
export { type CreateToneOptions, PredefinedTones, ToneManager } from './channel/tone/tone-manager.ts';
export { TonePlayer, type TonePlayOptions, type ToneStartOptions } from './channel/tone/tone-player.ts';
export { ToneDetector } from './channel/tone-detector.ts';
export { type StopOptions, UserAgent } from './channel/user-agent.ts';
export type { PortRange, UserAgentOptions } from './channel/user-agent-options.ts';
export type { WaitForAnswerMachineOptions } from './channel/wait-for-answer-machine.ts';
export { WholeCallRecorder, type WholeCallRecordOptions } from './channel/whole-call-recorder.ts';
export type { DateTime } from './clock.ts';
export {
  CallError,
  ChannelError,
  ChannelError as Error,
  type ErrorCode,
  Hangup,
  type HangupInfo,
  isChannelError,
  isHangup,
} from './errors.ts';
export type { Logger } from './logger.ts';
export type { MediaDirection } from './media-description.ts';
export type { OperationOptions } from './operation.ts';
export {
  type CommandSpeechOptions,
  commandSpeech,
  type SpeechCommandRequest,
} from './speech/provider/command-speech.ts';
export { type EspeakSpeechOptions, espeakSpeech } from './speech/provider/espeak-speech.ts';
export { type HttpSpeechOptions, type HttpSpeechRequest, httpSpeech } from './speech/provider/http-speech.ts';
export type { S3StorageOptions } from './storage/s3-options.ts';
export { s3Storage } from './storage/s3-storage.ts';
export type { ToneStep, ToneWave } from './tone-sequence.ts';
