import { describe, expect, it } from 'vitest'
import { printTable, type Row, tableAsJson } from './report.ts'

const row: Row = {
  title: 'streams',
  unit: 'requests/s',
  better: 'higher',
  samples: new Map([
    ['a peer', [100, 120, 80]],
    ['Continuo', [1500, 1234.4, 900]],
  ]),
  goals: [
    { against: 'a peer', value: 5 },
    { against: 'a peer', value: 20 },
    { against: 'another', value: 2 },
    { against: null, value: 300 },
  ],
}

describe('the tables', () => {
  it('have medians with their spread, ours first, and which goals are reached', () => {
    const lines = printTable({ section: 's', title: 'Proxying', rows: [row] }).split('\n')
    expect(lines[0]).toBe('### Proxying')
    expect(lines[2]).toMatch(/^\| +\| Continuo +\| a peer +\| to reach +\|$/)
    expect(lines[4]).toContain('| streams, requests/s | 1,234 (900 to 1,500) | 100 (80 to 120) |')
    expect(lines[4]).toContain(
      '≥ 5 × a peer: 12.3, yes; ≥ 20 × a peer: 12.3, **no**; ≥ 2 × another: not run; ≥ 300: yes',
    )
  })

  it('rank the lower figure first where lower is better', () => {
    const lower: Row = { ...row, better: 'lower', goals: [{ against: null, value: 2 }] }
    expect(tableAsJson({ section: 's', title: '', rows: [lower] })).toMatchObject({
      rows: [{ goals: [{ goal: 2, value: 1234.4, isReached: false }] }],
    })
  })

  it('have no figure where nothing was measured', () => {
    const none: Row = { ...row, samples: new Map([['Continuo', []]]) }
    expect(tableAsJson({ section: 's', title: '', rows: [none] })).toMatchObject({ rows: [{ figures: {} }] })
    expect(printTable({ section: 's', title: '', rows: [none] })).toContain(
      '| –        | ≥ 5 × a peer: not run',
    )
  })

  it('say what failed, and what a reader should know', () => {
    const failures = new Map([['a peer', [0, 3, 1]]])
    const notes = ['LiteLLM is left out: no network']
    const lines = printTable({ section: 's', title: '', rows: [{ ...row, failures }], notes }).split('\n')
    expect(lines[4]).toContain('| 100 (80 to 120), **4 failed** |')
    expect(lines.at(-1)).toBe('- LiteLLM is left out: no network')
  })
})
