/** Bytes that are stored, and how they are found again. */
export interface BlobDigest {
  /** In hexadecimal. */
  readonly sha256: string
  readonly sizeBytes: number
}

/** Bytes while they are received. They cannot be read until they are published. */
export interface NewBlob {
  /** How many were written. */
  readonly sizeBytes: number
  /** Writes more bytes, which must not change until this resolves. */
  write(chunk: Uint8Array): Promise<void>
  /** Ends the bytes. When this resolves they are on the disk. */
  end(): Promise<BlobDigest>
  /** Makes them readable by their digest. Replaces the same bytes, if they are there already. */
  publish(): Promise<void>
  /** Removes what was written; harmless once they are published. */
  discard(): Promise<void>
}

/** Bytes that are being read. */
export interface OpenBlob {
  readonly sizeBytes: number
  /** The next bytes, as many as come at once; none after the last. */
  read(): Promise<Uint8Array>
  close(): Promise<void>
}

/** Keeps bytes by their digests. It does not know who needs them: {@link keepBlob} and {@link removeUnusedBlob} do. */
export interface BlobStore {
  /** Begins to receive bytes. @throws StateError where they cannot be stored */
  create(): Promise<NewBlob>
  /** @throws StateError `corrupt` where there are none with that digest */
  open(sha256: string): Promise<OpenBlob>
  /** Removes bytes; harmless where there are none. */
  remove(sha256: string): Promise<void>
}
