import { describe, expect, it } from 'vitest'
import { MAX_PATH_DEPTH, MAX_SKILL_FILES, MAX_SKILL_TEXT_BYTES } from './skill-bounds.ts'
import { checkSkillFiles } from './skill-files.ts'

const TEXT = '---\nname: my-skill\ndescription: Does one thing.\n---\nDo it.'
const file = (path: string, content: string | Buffer = 'x') => ({ path, bytes: Buffer.from(content) })

describe('checkSkillFiles', () => {
  it.each([
    [['SKILL.md', 'a/b.py'], 'my-skill', ['SKILL.md', 'a/b.py']],
    [['a/b.py', 'SKILL.md'], 'my-skill', ['a/b.py', 'SKILL.md']],
    [['other/SKILL.md', 'other/a/b.py'], 'other', ['SKILL.md', 'a/b.py']],
    [['other/SKILL.md', '__MACOSX/other/._SKILL.md', 'other/.DS_Store'], 'other', ['SKILL.md']],
  ])('takes %j', (paths, directory, inside) => {
    const checked = checkSkillFiles(
      paths.map((path) => file(path, path.endsWith('/SKILL.md') || path === 'SKILL.md' ? TEXT : 'x')),
    )
    expect(checked).toMatchObject({ directory, name: 'my-skill', instructions: 'Do it.' })
    expect(checked.files.map(({ path }) => path)).toEqual(inside)
  })

  it.each<[readonly { path: string; bytes: Buffer }[], RegExp]>([
    [[], /^No files provided/],
    [[file('.DS_Store')], /^No files provided/],
    [[file('a/b/SKILL.md', TEXT)], /exactly in the top-level folder/],
    [[file('a/SKILL.md', TEXT), file('b/x')], /exactly in the top-level folder/],
    [[file('skill.md', TEXT)], /exactly in the top-level folder/],
    [[file('SKILL.md', Buffer.from([0xff, 0xfe]))], /not valid UTF-8/],
    [[file('SKILL.md', Buffer.alloc(MAX_SKILL_TEXT_BYTES + 1, 'x'))], /at most 262144 bytes/],
    [[file('SKILL.md', TEXT), file('../x')], /must be relative/],
    [[file('SKILL.md', TEXT), file('/etc/x')], /must be relative/],
    [[file('SKILL.md', TEXT), file('a\\b')], /must be relative/],
    [[file('SKILL.md', TEXT), file('a\nb')], /must be relative/],
    [[file('SKILL.md', TEXT), file('')], /must be relative/],
    [[file('SKILL.md', TEXT), file('x'.repeat(256))], /at most 255 characters/],
    [[file('SKILL.md', TEXT), file(`${'a/'.repeat(MAX_PATH_DEPTH)}x`)], /16 folders/],
    [Array.from({ length: MAX_SKILL_FILES + 1 }, (_, n) => file(`${n}`)), /at most 500 files/],
  ])('refuses %#', (files, message) => {
    expect(() => checkSkillFiles(files)).toThrow(message)
  })
})
