import { describe, expect, it } from 'vitest'
import { ModelRoutes } from '../config/model-routes.ts'
import { resolveConfig } from '../config/resolve-config.ts'
import { modelTable } from './model-table.ts'

describe('modelTable', () => {
  it('has a line for each model with its engine, in columns', () => {
    const config = { ...resolveConfig({}, {}), models: new Map([['mine', { engine: 'second-engine' }]]) }
    const lines = modelTable(new ModelRoutes(config)).split('\n')
    const columnOf = (line: string, engine: string) => line.indexOf(`  ${engine} `)
    const [claude = '', mine = ''] = ['claude-2.1', 'mine'].map((id) =>
      lines.find((line) => line.startsWith(`${id} `)),
    )
    expect(claude).toMatch(/^claude-2\.1\s+2023-\d\d-\d\d {2}default\s+Claude 2\.1$/)
    expect(columnOf(claude, 'default')).toBe(columnOf(mine, 'second-engine'))
    expect(lines.filter((line) => line.startsWith('continuo-demo '))).toHaveLength(1)
  })
})
