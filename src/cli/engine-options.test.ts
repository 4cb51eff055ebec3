import { Command } from 'commander'
import { describe, expect, it } from 'vitest'
import { LLAMA_SETTINGS_SCHEMA } from '../engines/llama/settings.ts'
import { addConfigOption, addEngineOptions, type EngineFlags, engineSettings } from './engine-options.ts'

function flagsOf(...words: string[]): EngineFlags {
  const command = addEngineOptions(addConfigOption(new Command()))
  return command.parse(words, { from: 'user' }).opts<EngineFlags>()
}

describe('addEngineOptions', () => {
  it('adds a flag for every setting of a model in this process, under its name', () => {
    const command = addEngineOptions(new Command())
    const { kind: _, ...settings } = LLAMA_SETTINGS_SCHEMA.shape
    expect(command.options.map((option) => option.attributeName())).toEqual(
      Object.keys(settings).map((name) => name.replace('loraAdapters', 'loraAdapter')),
    )
  })
})

describe('engineSettings', () => {
  it('takes the settings from the flags, and nothing else', () => {
    const given = engineSettings(flagsOf('--config', 'c.json', '--max-sequences', '2', '--tools', 'off'))
    expect(JSON.parse(JSON.stringify(given))).toEqual({ maxSequences: 2, tools: false })
  })

  it('collects a flag of a list', () => {
    const given = engineSettings(flagsOf('--lora-adapter', 'a.gguf', '--lora-adapter', 'b.gguf=0.5'))
    expect(given.loraAdapters).toEqual(['a.gguf', 'b.gguf=0.5'])
  })
})
