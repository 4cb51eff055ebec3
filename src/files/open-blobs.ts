import { randomUUID } from 'node:crypto'
import type { State } from '../state/state.ts'
import { StateError } from '../state/state-error.ts'
import { storedSetting } from '../state/stored-setting.ts'
import type { BlobPlace, BlobStore } from './blob-store.ts'

/** The setting of a state that holds the id of its place. */
const PLACE_ID_SETTING = 'blob-folder-id'

/**
 * Opens the place where a state keeps blobs. A state has one: with another, what one instance stores would be missing on the
 * next. The place becomes the state's when the first blob is stored.
 *
 * @throws StateError `invalid` when the state has blobs in another place; as {@link BlobPlace}
 */
export async function openBlobs(state: State, place: BlobPlace): Promise<BlobStore> {
  const known = await state.db
    .selectFrom('settings')
    .select('value')
    .where('name', '=', PLACE_ID_SETTING)
    .executeTakeFirst()
  if (known !== undefined && known.value !== (await place.readId())) throw otherPlace(place)
  const { blobs } = place
  let isOurs = known !== undefined
  return {
    heldBytesPerBlob: blobs.heldBytesPerBlob,
    async create() {
      if (!isOurs) await claim(state, place)
      isOurs = true
      return await blobs.create()
    },
    open: (sha256) => blobs.open(sha256),
    remove: (sha256) => blobs.remove(sha256),
    removeLeftovers: (nowMs) => blobs.removeLeftovers(nowMs),
    close: () => blobs.close(),
  }
}

async function claim(state: State, place: BlobPlace): Promise<void> {
  const id = (await place.readId()) ?? (await place.writeId(randomUUID()))
  if ((await storedSetting(state, PLACE_ID_SETTING, () => id)) !== id) throw otherPlace(place)
}

function otherPlace({ name, setting }: BlobPlace): StateError {
  return new StateError(
    'invalid',
    `${name} is not where this state keeps its files: let ${setting} name that place, on every instance`,
  )
}
