import { randomBytes } from 'node:crypto'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import pg from 'pg'
import { describe, onTestFinished } from 'vitest'
import { type OpenStateOptions, openState, type State } from '../src/state/state.ts'

/** A database that tests run on. */
export interface TestDatabase {
  readonly kind: 'sqlite' | 'postgres'
  /** An empty location for a state, as in the setting `state`. It is removed when the test ends. */
  newPlace(): Promise<string>
  /** Opens a state, by default at a location of its own. It is closed when the test ends. */
  open(options?: OpenStateOptions & { readonly place?: string }): Promise<State>
}

const POSTGRES = process.env.CONTINUO_TEST_POSTGRES

/** Runs a suite on SQLite, and on PostgreSQL where `CONTINUO_TEST_POSTGRES` has an address (see `.ci/with-postgres`). */
export function describeOnDatabases(title: string, suite: (database: TestDatabase) => void): void {
  describe(`${title}, on sqlite`, () => suite(testDatabase('sqlite', newFolder)))
  describePostgres(title, suite)
}

/** Runs a suite on PostgreSQL only. */
export function describePostgres(title: string, suite: (database: TestDatabase) => void): void {
  if (POSTGRES === undefined)
    describe.skip(`${title}, on postgres: CONTINUO_TEST_POSTGRES has no address`, () => suite(NO_DATABASE))
  else describe(`${title}, on postgres`, () => suite(testDatabase('postgres', () => newDatabase(POSTGRES))))
}

function testDatabase(kind: TestDatabase['kind'], newPlace: () => Promise<string>): TestDatabase {
  return { kind, newPlace, open: (options) => openTestState(newPlace, options) }
}

/** For skipped suites, whose tests are listed but do not run. */
const NO_DATABASE = testDatabase('postgres', () => Promise.reject(new Error('there is no PostgreSQL')))

export async function newFolder(): Promise<string> {
  const folder = mkdtempSync(join(tmpdir(), 'continuo-state-'))
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }))
  return folder
}

/** An empty database in the cluster at an address. */
export async function newDatabase(address: string): Promise<string> {
  const name = `test_${randomBytes(8).toString('hex')}`
  await runStatement(address, `create database ${name}`)
  onTestFinished(() => runStatement(address, `drop database if exists ${name} with (force)`))
  const url = new URL(address)
  url.pathname = `/${name}`
  return url.href
}

async function runStatement(address: string, statement: string): Promise<void> {
  const client = new pg.Client({ connectionString: address })
  await client.connect()
  try {
    await client.query(statement)
  } finally {
    await client.end()
  }
}

async function openTestState(
  newPlace: () => Promise<string>,
  { place, ...options }: OpenStateOptions & { readonly place?: string } = {},
): Promise<State> {
  const state = await openState(place ?? (await newPlace()), options)
  if (state === null) throw new Error('a place is not none')
  // Runs before the location is removed: hooks run in reverse order.
  onTestFinished(() => state.close())
  return state
}
