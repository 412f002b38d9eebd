import { encodeAlaw } from '../../src/media/codec/g711.codec.ts';

const RATE = 8000;
const PCMA_PAYLOAD = 8;
/** Of Ethernet, IPv4 and UDP. */
const HEADERS = [14, 20, 8] as const;

/** A capture (pcap) of RTP that carries a tone as PCMA, for SIPp to play; addresses and ports in it mean nothing. */
export function rtpCapture(frequency: number, ms: number, ptime: number): Buffer {
  const file = Buffer.alloc(24);
  file.writeUInt32LE(0xa1b2c3d4, 0);
  file.writeUInt16LE(2, 4);
  file.writeUInt16LE(4, 6);
  file.writeUInt32LE(65_535, 16);
  file.writeUInt32LE(1, 20);
  const packets = Array.from({ length: Math.floor(ms / ptime) }, (_, index) => packet(frequency, index, ptime));
  return Buffer.concat([file, ...packets]);
}

function packet(frequency: number, index: number, ptime: number): Buffer {
  const count = (RATE * ptime) / 1000;
  const payload = Uint8Array.from({ length: count }, (_, at) =>
    encodeAlaw(Math.round(12_000 * Math.sin((2 * Math.PI * frequency * (index * count + at)) / RATE))),
  );
  const rtp = Buffer.alloc(12);
  rtp.writeUInt8(0x80, 0);
  rtp.writeUInt8(PCMA_PAYLOAD, 1);
  rtp.writeUInt16BE(index & 0xffff, 2);
  rtp.writeUInt32BE(index * count, 4);
  rtp.writeUInt32BE(0x30_30_30_30, 8);
  const [ethernet, ip, udp] = HEADERS.map((size) => Buffer.alloc(size)) as [Buffer, Buffer, Buffer];
  const udpLength = udp.length + rtp.length + count;
  ethernet.writeUInt16BE(0x0800, 12);
  ip.writeUInt8(0x45, 0);
  ip.writeUInt16BE(ip.length + udpLength, 2);
  ip.writeUInt8(64, 8);
  ip.writeUInt8(17, 9);
  ip.fill(Buffer.from([127, 0, 0, 1, 127, 0, 0, 1]), 12);
  udp.writeUInt16BE(20_000, 0);
  udp.writeUInt16BE(20_002, 2);
  udp.writeUInt16BE(udpLength, 4);
  const head = Buffer.alloc(16);
  const at = index * ptime;
  const length = ethernet.length + ip.length + udpLength;
  head.writeUInt32LE(Math.floor(at / 1000), 0);
  head.writeUInt32LE((at % 1000) * 1000, 4);
  head.writeUInt32LE(length, 8);
  head.writeUInt32LE(length, 12);
  return Buffer.concat([head, ethernet, ip, udp, rtp, payload]);
}
