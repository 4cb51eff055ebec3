import { describe, expect, it } from 'vitest'
import { ReadyEngine } from '../../test/ready-engine.ts'
import { ScriptedEngine } from '../../test/scripted-engine.ts'
import { CompletionError } from '../completion/completion-error.ts'
import { EngineDirectory } from './engine-directory.ts'

const ROUTES = {
  engineModels: new Map([
    ['small', 'small-model'],
    ['large', 'large-model'],
  ]),
  engineNameFor: (modelId: string) => (modelId === 'large-model' ? 'large' : 'small'),
}

function directoryOf(health: Record<string, { isReady?: boolean; isUnresponsive?: boolean }>) {
  const directory = new EngineDirectory(ROUTES)
  for (const [name, each] of Object.entries(health)) {
    directory.add(name, Object.assign(new ReadyEngine(new ScriptedEngine({ steps: [] })), each))
  }
  return directory
}

describe('EngineDirectory', () => {
  it('finds the engine of a model, with its name and model', () => {
    const directory = directoryOf({ small: {}, large: {} })
    expect(directory.find('large-model')).toEqual({
      engine: directory.engines.get('large'),
      name: 'large',
      model: 'large-model',
    })
    expect(directory.engineFor('claude-2.1')).toBe(directory.engines.get('small'))
  })

  it.each([
    ['loading', {}],
    ['loading', { small: {} }],
    ['ready', { small: {}, large: {} }],
    ['ready', { small: { isReady: false }, large: {} }],
    ['ready', { small: { isUnresponsive: true }, large: {} }],
    ['unresponsive', { small: { isUnresponsive: true }, large: { isReady: false } }],
    ['unresponsive', { small: { isUnresponsive: true }, large: { isUnresponsive: true } }],
    ['loading', { small: { isReady: false }, large: { isReady: false } }],
  ] as const)('is %s with the engines %j', (readiness, health) => {
    const directory = directoryOf(health)
    expect(directory.readiness).toBe(readiness)
    if (readiness === 'loading') {
      expect(() => directory.engineFor('claude-2.1')).toThrow(
        new CompletionError('not-ready', 'Overloaded: the model is still loading'),
      )
    } else expect(directory.engineFor('claude-2.1')).toBe(directory.engines.get('small'))
  })

  it('throws once it drains, and still knows its engines', () => {
    const directory = directoryOf({ small: {}, large: {} })
    directory.drain()
    expect(directory.readiness).toBe('draining')
    expect(() => directory.engineFor('claude-2.1')).toThrow('the server is about to stop')
    expect(directory.knownEngineFor('claude-2.1')?.contextWindowTokens).toBe(100)
  })

  it('knows nothing of an engine that is loading', () => {
    const directory = directoryOf({})
    expect(directory.knownEngineFor('large-model')).toBeNull()
    const engine = new ReadyEngine(new ScriptedEngine({ steps: [] }))
    directory.add('large', engine)
    expect(directory.knownEngineFor('large-model')).toBe(engine)
  })
})
