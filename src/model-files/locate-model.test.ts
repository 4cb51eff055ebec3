import { randomBytes } from 'node:crypto'
import { existsSync, lstatSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { HUB_COMMIT, StandInHub, sha256 } from '../../test/stand-in-hub.ts'
import { type DownloadProgress, locateModel } from './locate-model.ts'

const REPOSITORY = 'someone/tiny-GGUF'
const Q4 = randomBytes(300_000)
const Q8 = randomBytes(400_000)
const PARTS = [randomBytes(1_000), randomBytes(2_000)]
const FILES = {
  'README.md': Buffer.from('# tiny'),
  'mmproj-tiny-Q4_K_M.gguf': randomBytes(10),
  'tiny-Q4_K_M.gguf': Q4,
  'tiny-Q8_0.gguf': Q8,
  'BF16/tiny-BF16-00001-of-00002.gguf': PARTS[0] as Buffer,
  'BF16/tiny-BF16-00002-of-00002.gguf': PARTS[1] as Buffer,
}

let home = ''
let hub: StandInHub
let progress: DownloadProgress[] = []

beforeEach(async () => {
  home = mkdtempSync(join(tmpdir(), 'continuo-models-'))
  hub = await StandInHub.start(REPOSITORY, FILES)
  progress = []
})

afterEach(async () => {
  await hub.close()
  rmSync(home, { recursive: true, force: true })
})

function environment(more: Readonly<Record<string, string>> = {}): Record<string, string> {
  return {
    HF_ENDPOINT: hub.url,
    HF_HOME: join(home, 'hf'),
    LLAMA_CACHE: join(home, 'llama.cpp'),
    OLLAMA_MODELS: join(home, 'ollama'),
    XDG_CACHE_HOME: join(home, 'cache'),
    ...more,
  }
}

async function locate(model: string, more: Readonly<Record<string, string>> = {}) {
  return await locateModel(model, {
    environment: environment(more),
    onProgress: (one) => {
      progress.push(one)
      hub.cutHeld()
    },
    firstRetryDelayMs: 1,
  })
}

const cache = () => join(home, 'hf', 'hub', 'models--someone--tiny-GGUF')

describe('locateModel', () => {
  it('downloads what suits most machines into the cache that all programs share, once', async () => {
    const { path, id } = await locate(`hf:${REPOSITORY}`)
    expect(path).toBe(join(cache(), 'snapshots', HUB_COMMIT, 'tiny-Q4_K_M.gguf'))
    expect(id).toBeNull()
    expect(readFileSync(path).equals(Q4)).toBe(true)
    expect(lstatSync(path).isSymbolicLink()).toBe(true)
    expect(existsSync(join(cache(), 'blobs', sha256(Q4)))).toBe(true)
    expect(existsSync(join(cache(), 'blobs', `${sha256(Q4)}.incomplete`))).toBe(false)
    expect(readFileSync(join(cache(), 'refs', 'main'), 'utf8')).toBe(HUB_COMMIT)
    expect(progress.at(-1)).toEqual({ name: 'tiny-Q4_K_M.gguf', bytes: Q4.length, totalBytes: Q4.length })
    await hub.close()
    expect(await locate(`hf:${REPOSITORY}`)).toEqual({ path, id })
    expect(hub.fileRequests).toHaveLength(1)
  })

  it.each([
    [`hf:${REPOSITORY}:Q8_0`, 'tiny-Q8_0.gguf'],
    [`hf:${REPOSITORY}:q8_0`, 'tiny-Q8_0.gguf'],
    [`hf:${REPOSITORY}/tiny-Q8_0.gguf`, 'tiny-Q8_0.gguf'],
    [`hf:${REPOSITORY}:BF16`, 'BF16/tiny-BF16-00001-of-00002.gguf'],
  ])('chooses the file that %s names', async (model, file) => {
    expect((await locate(model)).path).toBe(join(cache(), 'snapshots', HUB_COMMIT, file))
  })

  it('downloads every part of a model in parts, with one progress', async () => {
    const { path } = await locate(`hf:${REPOSITORY}:BF16`)
    expect(readFileSync(path.replace('00001-of', '00002-of')).equals(PARTS[1] as Buffer)).toBe(true)
    expect(progress.map(({ totalBytes }) => totalBytes)).toEqual(progress.map(() => 3_000))
    expect(progress.at(-1)?.bytes).toBe(3_000)
  })

  it('continues after a cut connection where it stopped', async () => {
    hub.faults.holdAfterBytes = [100_000, 50_000]
    const { path } = await locate(`hf:${REPOSITORY}`)
    expect(readFileSync(path).equals(Q4)).toBe(true)
    const [first, second] = hub.fileRequests
    expect(first?.range).toBeNull()
    expect(second?.range).toMatch(/^bytes=\d+-$/)
  })

  it('continues what an earlier program left, and starts again where the server takes no ranges', async () => {
    const blob = join(cache(), 'blobs', sha256(Q4))
    mkdirSync(join(cache(), 'blobs'), { recursive: true })
    writeFileSync(`${blob}.incomplete`, Q4.subarray(0, 1_000))
    expect(readFileSync((await locate(`hf:${REPOSITORY}`)).path).equals(Q4)).toBe(true)
    expect(hub.fileRequests[0]?.range).toBe('bytes=1000-')
    writeFileSync(join(cache(), 'blobs', `${sha256(Q8)}.incomplete`), randomBytes(1_000))
    hub.faults.ignoresRanges = true
    expect(readFileSync((await locate(`hf:${REPOSITORY}:Q8_0`)).path).equals(Q8)).toBe(true)
  })

  it('deletes a file whose checksum is wrong', async () => {
    hub.faults.isWrong = true
    await expect(locate(`hf:${REPOSITORY}`)).rejects.toThrow(
      /tiny-Q4_K_M.gguf arrived with a wrong checksum and was deleted/,
    )
    expect(existsSync(join(cache(), 'blobs', `${sha256(Q4)}.incomplete`))).toBe(false)
    hub.faults.isWrong = false
    expect(readFileSync((await locate(`hf:${REPOSITORY}`)).path).equals(Q4)).toBe(true)
  })

  it('repeats what may pass: 429 and 503, of the API and of files', async () => {
    hub.faults.apiStatuses = [429, 503]
    hub.faults.fileStatuses = [503, 429, 500]
    expect(readFileSync((await locate(`hf:${REPOSITORY}`)).path).equals(Q4)).toBe(true)
    hub.faults.fileStatuses = Array.from({ length: 20 }, () => 429)
    await expect(locate(`hf:${REPOSITORY}:Q8_0`)).rejects.toThrow(/gets too many requests \(429\)/)
    expect(hub.faults.fileStatuses).toHaveLength(15)
  })

  it.each([
    [401, /needs a token: check its name, or set HF_TOKEN/],
    [403, /its conditions have to be accepted first, on http:\/\/.*someone\/tiny-GGUF/],
    [404, /there is no such model/],
  ])('explains status %i in one line', async (status, text) => {
    hub.faults.apiStatuses = [status]
    await expect(locate(`hf:${REPOSITORY}`)).rejects.toThrow(text)
  })

  it('sends the token to the hub and to no other server', async () => {
    hub.token = 'hf_secret'
    await expect(locate(`hf:${REPOSITORY}`)).rejects.toThrow(/HF_TOKEN/)
    await locate(`hf:${REPOSITORY}`, { HF_TOKEN: 'hf_secret' })
    expect(hub.fileRequests.map(({ authorization }) => authorization)).toEqual([null])
    writeFileSync(join(home, 'token'), 'hf_secret\n')
    await locate(`hf:${REPOSITORY}:Q8_0`, { HF_TOKEN_PATH: join(home, 'token') })
  })

  it('names what a repository has instead', async () => {
    await expect(locate(`hf:${REPOSITORY}:Q2_K`)).rejects.toThrow(/has no Q2_K: it has Q4_K_M, Q8_0, BF16\./)
    await expect(locate('hf:someone/other')).rejects.toThrow(
      /hf:someone\/other cannot be downloaded .* no such model/,
    )
  })

  it('says in one line that there is no network, and what is forbidden', async () => {
    await hub.close()
    await expect(locate(`hf:${REPOSITORY}`)).rejects.toThrow(
      /^hf:someone\/tiny-GGUF cannot be downloaded: no connection to 127\.0\.0\.1:\d+ \(ECONNREFUSED\)\. Check the network[^\n]*$/,
    )
    await expect(locate(`hf:${REPOSITORY}`, { HF_HUB_OFFLINE: '1' })).rejects.toThrow(/HF_HUB_OFFLINE/)
  })

  it('does not download a file that another process downloads, and ignores the lock of one that ended', async () => {
    const lock = join(cache(), 'blobs', `${sha256(Q4)}.lock`)
    mkdirSync(join(cache(), 'blobs'), { recursive: true })
    writeFileSync(lock, String(process.ppid))
    await expect(locate(`hf:${REPOSITORY}`)).rejects.toThrow(
      `is being downloaded by the process ${process.ppid}`,
    )
    writeFileSync(lock, '99999999')
    await locate(`hf:${REPOSITORY}`)
    expect(existsSync(lock)).toBe(false)
  })

  it('takes a file from an address', async () => {
    const address = `${hub.url}/${REPOSITORY}/resolve/${HUB_COMMIT}/tiny-Q8_0.gguf`
    const { path } = await locate(address)
    expect(readFileSync(path).equals(Q8)).toBe(true)
    expect(path).toMatch(/tiny-Q8_0\.gguf$/)
    await hub.close()
    expect((await locate(address)).path).toBe(path)
    await expect(locate(address.replace('Q8', 'Q9'))).rejects.toThrow(/cannot be downloaded: no connection/)
  })

  it('finds models of LM Studio, llama.cpp and Ollama without a download', async () => {
    const llamaCpp = join(home, 'llama.cpp')
    mkdirSync(llamaCpp)
    writeFileSync(join(llamaCpp, 'someone_tiny-GGUF_tiny-Q4_K_M.gguf'), Q4)
    expect((await locate(`hf:${REPOSITORY}`)).path).toBe(join(llamaCpp, 'someone_tiny-GGUF_tiny-Q4_K_M.gguf'))
    expect((await locate('someone_tiny-gguf_tiny-q4_k_m')).path).toContain(llamaCpp)

    const blob = `sha256-${'b'.repeat(64)}`
    const manifests = join(home, 'ollama', 'manifests', 'registry.ollama.ai', 'library', 'tiny')
    mkdirSync(manifests, { recursive: true })
    mkdirSync(join(home, 'ollama', 'blobs'))
    writeFileSync(join(home, 'ollama', 'blobs', blob), Q4)
    const layers = [{ mediaType: 'application/vnd.ollama.image.model', digest: blob.replace('-', ':') }]
    writeFileSync(join(manifests, 'latest'), JSON.stringify({ layers }))
    const found = { path: join(home, 'ollama', 'blobs', blob), id: 'tiny:latest' }
    expect(await locate('ollama:tiny')).toEqual(found)
    expect(await locate('tiny:latest')).toEqual(found)
    await expect(locate('ollama:tiny:3b')).rejects.toThrow(/run "ollama pull tiny:3b"/)
    expect(hub.apiRequests).toEqual([])
  })
})
