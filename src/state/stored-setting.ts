import type { State } from './state.ts'

/** A setting that instances share: the one that is stored, or, where there is none yet, a first value, which is stored. */
export async function storedSetting(state: State, name: string, firstValue: () => string): Promise<string> {
  const read = () =>
    state.db.selectFrom('settings').select('value').where('name', '=', name).executeTakeFirst()
  const stored = await read()
  if (stored !== undefined) return stored.value
  // Another instance may be as far: the first one wins.
  await state.db
    .insertInto('settings')
    .values({ name, value: firstValue(), changedAt: state.nowMs })
    .onConflict((conflict) => conflict.doNothing())
    .execute()
  return (await read())?.value ?? firstValue()
}
