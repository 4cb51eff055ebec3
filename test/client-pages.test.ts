import { readdirSync, readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'

const PAGES = new URL('../docs/clients/', import.meta.url)
const pages = readdirSync(PAGES).filter((page) => page !== 'README.md')
const read = (page: string) => readFileSync(new URL(page, PAGES), 'utf8')

/** Programs whose settings are what a page is for. */
const PROGRAMS = [
  'agent-sdk',
  'ai-sdk',
  'aider',
  'claude-code',
  'codex',
  'inspect-ai',
  'instructor',
  'langchain',
  'litellm',
  'llama-index',
  'llm',
  'lm-eval',
  'opencode',
  'promptfoo',
  'pydantic-ai',
]

describe('docs/clients', () => {
  it('has a page for each program, which its overview lists', () => {
    const names = pages.map((page) => page.replace(/^claude-agent-sdk/, 'agent-sdk').replace(/\.md$/, ''))
    expect(names.sort()).toEqual(PROGRAMS)
    const links = [...read('README.md').matchAll(/\]\(([\w-]+\.md)\)/g)].map(([, page]) => page)
    expect(links.sort()).toEqual([...pages].sort())
  })

  it.each(pages)('%s names the address of the server, and has JSON that can be read', (page) => {
    const text = read(page)
    expect(text).toContain('http://127.0.0.1:8642')
    for (const [, json = ''] of text.matchAll(/```json\n(.*?)```/gs)) JSON.parse(json)
  })
})
