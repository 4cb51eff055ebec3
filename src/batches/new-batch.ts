import { sql } from 'kysely'
import type { Caller } from '../completion/caller.ts'
import { deleteRows } from '../state/delete-rows.ts'
import { StateError } from '../state/state-error.ts'
import type { MessageBatchesTable } from '../state/tables/message-batches-table.ts'
import { randomBase58 } from '../util/base58.ts'
import { type Batches, type MessageBatch, readBatch } from './message-batch.ts'

/** How long a batch may take. @see the API's reference, "Message Batches": 24 hours */
export const BATCH_TTL_MS = 24 * 60 * 60_000
/** Requests, and bytes of them, that one transaction stores at most. */
const CHUNK_REQUESTS = 500
const CHUNK_BYTES = 4 * 1024 * 1024

/** A request of a batch, as it was sent. */
export interface NewBatchRequest {
  readonly customId: string
  /** A body of its route, as JSON. */
  readonly params: Uint8Array
}

/** Who sends a batch, and what its headers say of all its requests. */
export interface NewBatchOptions {
  readonly caller: Pick<Caller, 'workspaceId' | 'apiKeyId' | 'actorId'>
  readonly version: string
  /** The names of betas, joined by commas. */
  readonly betas: string
  /** The route that its requests are for; that of messages where it is left out. */
  readonly path?: MessageBatchesTable['path']
}

/** A batch that is being received. It is not listed, and nothing of it runs, until {@link finish}. */
export class NewBatch {
  readonly id = `msgbatch_01${randomBase58(22)}`
  readonly #batches: Batches
  readonly #options: NewBatchOptions
  #pending: NewBatchRequest[] = []
  #pendingBytes = 0
  #stored = 0
  #isBegun = false

  constructor(batches: Batches, options: NewBatchOptions) {
    this.#batches = batches
    this.#options = options
  }

  /** Adds a request. It is stored at once, or with others. */
  async add(request: NewBatchRequest): Promise<void> {
    this.#pending.push(request)
    this.#pendingBytes += request.params.length
    if (this.#pending.length >= CHUNK_REQUESTS || this.#pendingBytes >= CHUNK_BYTES) await this.#store()
  }

  /** Stores what is left, and lets the batch run. */
  async finish(): Promise<MessageBatch> {
    await this.#store()
    const { state, nowMs } = this.#batches
    const createdAt = nowMs()
    const { numUpdatedRows } = await state.db
      .updateTable('messageBatches')
      .set({
        state: 'running',
        createdAt,
        expiresAt: createdAt + BATCH_TTL_MS,
        total: this.#stored,
        remaining: this.#stored,
      })
      .where('id', '=', this.id)
      .where('state', '=', 'creating')
      .executeTakeFirstOrThrow()
    const batch =
      numUpdatedRows === 1n
        ? await readBatch(this.#batches, this.#options.caller.workspaceId, this.id)
        : undefined
    if (batch === undefined) throw new StateError('busy', 'a message batch took too long to be received')
    return batch
  }

  /** Removes what was stored; what cannot be removed now is removed later. */
  async abandon(): Promise<void> {
    if (!this.#isBegun) return
    const { relaxed } = this.#batches.state
    try {
      await deleteRows(relaxed, 'batchRequests', sql<boolean>`batch_id = ${this.id}`)
      await relaxed.deleteFrom('messageBatches').where('id', '=', this.id).execute()
    } catch (error) {
      if (!(error instanceof StateError)) throw error
    }
  }

  async #store(): Promise<void> {
    if (!this.#isBegun) await this.#begin()
    const requests = this.#pending
    this.#pending = []
    this.#pendingBytes = 0
    if (requests.length === 0) return
    const rows = requests.map(({ customId, params }, index) => ({
      batchId: this.id,
      position: this.#stored + index,
      customId,
      state: 'waiting' as const,
      lease: null,
      leasedUntil: null,
      attempts: 0,
      params,
      result: null,
    }))
    await this.#batches.state.db.insertInto('batchRequests').values(rows).execute()
    this.#stored += rows.length
  }

  async #begin(): Promise<void> {
    const { caller, version, betas, path = '/v1/messages' } = this.#options
    const { state, nowMs } = this.#batches
    const createdAt = nowMs()
    this.#isBegun = true
    await state.db
      .insertInto('messageBatches')
      .values({
        id: this.id,
        workspaceId: caller.workspaceId,
        apiKeyId: caller.apiKeyId ?? '',
        actorId: caller.actorId,
        state: 'creating',
        createdAt,
        expiresAt: createdAt + BATCH_TTL_MS,
        ...{ cancelInitiatedAt: null, endedAt: null, archivedAt: null, deletedAt: null, claimedAt: null },
        ...{ betas, version, path },
        ...{ total: 0, remaining: 0, succeeded: 0, errored: 0, canceled: 0, expired: 0 },
      })
      .execute()
  }
}
