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
  /** Ends the bytes. When this resolves they are where they outlast this process, unless they are few. */
  end(): Promise<BlobDigest>
  /** Brings them so near to their place that publishing is quick: a transaction of the database waits for that. */
  stage(): Promise<void>
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
  /** Most memory that one blob takes while it is received. */
  readonly heldBytesPerBlob: number
  /** Begins to receive bytes. @throws StateError where they cannot be stored */
  create(): Promise<NewBlob>
  /** @throws StateError `corrupt` where there are none with that digest */
  open(sha256: string): Promise<OpenBlob>
  /** Removes bytes; harmless where there are none. */
  remove(sha256: string): Promise<void>
  /** Removes what instances that were killed had begun to receive. */
  removeLeftovers(nowMs?: number): Promise<void>
  close(): Promise<void>
}

/** Where blobs can be kept. */
export interface BlobPlace {
  /** For errors: its name, and the setting that names it. */
  readonly name: string
  readonly setting: string
  readonly blobs: BlobStore
  /** The id by which a state knows the place again; undefined if it has none yet. */
  readId(): Promise<string | undefined>
  /** Gives a place without an id one; returns that of another instance if it was faster. @throws StateError */
  writeId(id: string): Promise<string>
}
