import { copyFileSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { StandInHub } from '../../test/stand-in-hub.ts'
import { SHIPPED_MODEL_PATH } from '../config/resolve-engines.ts'
import { AddedModels } from './added-models.ts'

let folder = ''
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'continuo-added-'))
})
afterEach(() => rmSync(folder, { recursive: true, force: true }))

/** Nothing is downloaded: the hub is not asked while it is offline. */
function open({ taken = [] as readonly string[], hubUrl = '' } = {}) {
  const names: string[] = []
  const paths: string[] = []
  const models = new AddedModels({
    routes: {
      canAdd: (name) => !taken.includes(name) && !names.includes(name),
      add: (name) => void names.push(name),
    },
    addOnDemand: (_, { settings }) => void paths.push(settings.model),
    environment: {
      ...{ HOME: folder, HF_HOME: folder, XDG_CACHE_HOME: folder },
      ...(hubUrl === '' ? { HF_HUB_OFFLINE: '1' } : { HF_ENDPOINT: hubUrl }),
    },
  })
  return { models, names, paths }
}

function modelFile(name: string): string {
  const path = join(folder, name)
  copyFileSync(SHIPPED_MODEL_PATH, path)
  return path
}

describe('AddedModels', () => {
  it('adds a model by its path, under the name of its file, once', async () => {
    const { models, names, paths } = open()
    const path = modelFile('tiny-Q8_0.gguf')
    const name = await models.add(path)
    expect([names, paths, models.has(name)]).toEqual([[name], [path], true])
    await expect(models.add(path)).rejects.toThrow(`There is already a model named ${name}.`)
  })

  it('refuses what is no model, and what is named like another', async () => {
    const { models, names } = open({ taken: ['taken'] })
    const text = join(folder, 'text.gguf')
    writeFileSync(text, 'This is a text.')
    for (const path of [text, folder, join(folder, 'none.gguf')]) {
      await expect(models.add(path)).rejects.toThrow(`There is no GGUF file at ${path} on the server.`)
    }
    await expect(models.add(modelFile('taken.gguf'))).rejects.toThrow('already a model named taken')
    await expect(models.add('hf:wrong')).rejects.toThrow('is not a model of Hugging Face')
    await expect(models.add('ollama:none')).rejects.toThrow('Ollama has no model')
    await expect(models.add('https://example.com/a.gguf')).rejects.toThrow('by its URL')
    expect(names).toEqual([])
  })

  it('shows a download that failed until it is dismissed', async () => {
    const { models } = open()
    await models.add('hf:owner/model')
    await expect.poll(() => models.pending[0]?.error, { timeout: 30_000 }).toContain('HF_HUB_OFFLINE')
    expect(models.pending).toMatchObject([{ name: 'hf:owner/model', progress: { bytes: 0 } }])
    expect([models.dismiss('hf:owner/model'), models.dismiss('hf:owner/model')]).toEqual([true, false])
    expect(models.pending).toEqual([])
  })

  it('downloads a model, shows how far it is, and then has it', async () => {
    const content = readFileSync(SHIPPED_MODEL_PATH)
    const hub = await StandInHub.start('someone/tiny-GGUF', { 'tiny-Q8_0.gguf': content })
    try {
      hub.faults.holdAfterBytes = [100_000]
      const { models, names } = open({ hubUrl: hub.url })
      expect(await models.add('hf:someone/tiny-GGUF')).toBe('hf:someone/tiny-GGUF')
      await expect
        .poll(() => models.pending[0]?.progress, { timeout: 30_000 })
        .toMatchObject({
          ...{ bytes: 100_000, totalBytes: content.length },
        })
      // The same again is the same download.
      await models.add('hf:someone/tiny-GGUF')
      expect(models.pending).toHaveLength(1)
      hub.cutHeld()
      await expect.poll(() => names, { timeout: 30_000 }).toEqual(['tiny-Q8_0'])
      expect(models.pending).toEqual([])
    } finally {
      await hub.close()
    }
  })

  it('cancels a download', async () => {
    const content = readFileSync(SHIPPED_MODEL_PATH)
    const hub = await StandInHub.start('someone/tiny-GGUF', { 'tiny-Q8_0.gguf': content })
    try {
      hub.faults.holdAfterBytes = [100_000]
      const { models, names } = open({ hubUrl: hub.url })
      await models.add('hf:someone/tiny-GGUF')
      await expect.poll(() => models.pending[0]?.progress.bytes, { timeout: 30_000 }).toBe(100_000)
      models.close()
      hub.cutHeld()
      expect([models.pending, names]).toEqual([[], []])
      // It can be added again at once.
      await models.add('hf:someone/tiny-GGUF')
      await expect.poll(() => names, { timeout: 30_000 }).toEqual(['tiny-Q8_0'])
    } finally {
      await hub.close()
    }
  })
})
