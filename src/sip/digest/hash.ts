import { createHash } from 'node:crypto';
import type { Hash, HashName } from './digest-algorithm.codec.ts';

const NODE_NAMES: Readonly<Record<HashName, string>> = { MD5: 'md5', 'SHA-256': 'sha256', 'SHA-512-256': 'sha512-256' };

/** The hash functions of node:crypto. */
export const nodeHash: Hash = (name, data) => createHash(NODE_NAMES[name]).update(data).digest('hex');
