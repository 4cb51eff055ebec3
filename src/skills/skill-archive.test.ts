import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { withReplaced, type ZipEntry, zipFile } from '../../test/zip-file.ts'
import { CompletionError } from '../completion/completion-error.ts'
import { isArchive, packArchive, unpackArchive } from './skill-archive.ts'
import { MAX_ARCHIVE_ENTRIES, MAX_SKILL_BYTES, MAX_SKILL_FILES } from './skill-bounds.ts'

const FILE: ZipEntry = { path: 'my-skill/SKILL.md', content: 'Hi' }

async function unpack(entries: readonly ZipEntry[]) {
  const files = await unpackArchive(await zipFile(entries))
  return files.map(({ path, bytes }) => [path, Buffer.from(bytes).toString()])
}

describe('unpackArchive', () => {
  it('returns the files of an archive, compressed or not', async () => {
    const entries = [{ path: 'my-skill/' }, FILE, { path: 'my-skill/a/ü.py', content: 'x', compress: false }]
    expect(await unpack(entries)).toEqual([
      ['my-skill/SKILL.md', 'Hi'],
      ['my-skill/a/ü.py', 'x'],
    ])
    expect(isArchive(await zipFile(entries))).toBe(true)
    expect(isArchive(Buffer.from('---\nname: PK'))).toBe(false)
  })

  it('refuses links and other things that are no files', async () => {
    for (const mode of [0o120777, 0o060644, 0o010644, 0o140644]) {
      await expect(unpack([FILE, { path: 'my-skill/a', content: '/etc/passwd', mode }])).rejects.toThrow(
        'files and folders alone, no links',
      )
    }
  })

  it.each([
    ['../aa', /relative/],
    ['/aaaa', /absolute/],
    ['a\\\\aa', /invalid characters/],
    ['C:aaa', /absolute/],
    ['a/../', /relative path/],
    ['a\u0000aaa', /relative/],
    ['a//aa', /must be relative/],
    ['./aaa', /must be relative/],
  ])('refuses the path %j', async (path, message) => {
    const zip = withReplaced(
      await zipFile([{ path: 'xxxxx', content: 'Hi' }]),
      'xxxxx',
      path.slice(0, 5).padEnd(5, 'a'),
    )
    await expect(unpackArchive(zip)).rejects.toThrow(message)
  })

  it('refuses two files of one name, also where only case or form differ, and a file that is a folder', async () => {
    for (const path of ['my-skill/SKILL.md', 'my-skill/skill.MD', 'My-Skill', 'my-skill/SKILL.md/x']) {
      await expect(unpack([FILE, { path, content: 'x' }])).rejects.toThrow('two files of this name')
    }
    await expect(unpack([{ path: 'a/\u00e9' }, { path: 'a/e\u0301' }])).rejects.toThrow('two files')
  })

  it('refuses too many files, folders and bytes before it unpacks any', async () => {
    const many = (count: number, end: string) =>
      Array.from({ length: count }, (_, n) => ({ path: `a/${n}${end}` }))
    await expect(unpack(many(MAX_SKILL_FILES + 1, ''))).rejects.toThrow('at most 500 files')
    await expect(unpack(many(MAX_ARCHIVE_ENTRIES + 1, '/'))).rejects.toThrow('at most 500 files')
    const bomb = await zipFile([{ path: 'a/zeros', content: Buffer.alloc(MAX_SKILL_BYTES + 1) }])
    expect(bomb.length).toBeLessThan(100_000)
    await expect(unpackArchive(bomb)).rejects.toThrow(`at most ${MAX_SKILL_BYTES} bytes`)
  })

  it('refuses an archive that holds more than it claims, or something else', async () => {
    const zip = await zipFile([{ path: 'a/zeros', content: Buffer.alloc(1_000_000) }])
    const size = Buffer.alloc(4)
    size.writeUInt32LE(1_000_000)
    const lie = Buffer.from(size)
    lie.writeUInt32LE(10)
    const lying = withReplaced(zip, size.toString('latin1'), lie.toString('latin1'))
    await expect(unpackArchive(lying)).rejects.toBeInstanceOf(CompletionError)
    const stored = await zipFile([{ path: 'a/x', content: 'correct', compress: false }])
    await expect(unpackArchive(withReplaced(stored, 'correct', 'damaged'))).rejects.toThrow('is damaged')
  })

  it('refuses whatever is cut or changed, with a reason', async () => {
    const zip = await zipFile([FILE, { path: 'my-skill/b', content: 'x'.repeat(1000) }])
    await fc.assert(
      fc.asyncProperty(fc.nat(zip.length - 1), fc.nat(255), fc.boolean(), async (at, byte, cuts) => {
        const changed = cuts ? zip.subarray(0, at) : Buffer.from(zip)
        if (!cuts) changed[at] = byte
        try {
          await unpackArchive(changed)
        } catch (error) {
          expect(error).toBeInstanceOf(CompletionError)
        }
      }),
      { numRuns: 300 },
    )
  })
})

describe('packArchive', () => {
  it('packs files into one folder, the same files into the same bytes', async () => {
    const files = [
      { path: 'SKILL.md', bytes: Buffer.from('Hi') },
      { path: 'a/big', bytes: Buffer.alloc(200_000, 'x') },
      { path: 'a/none', bytes: Buffer.alloc(0) },
    ]
    const pack = async () => {
      const chunks: Uint8Array[] = []
      for await (const chunk of packArchive({ directory: 'my-skill', files })) chunks.push(chunk)
      return Buffer.concat(chunks)
    }
    const packed = await pack()
    expect(await pack()).toEqual(packed)
    const unpacked = await unpackArchive(packed)
    expect(unpacked.map(({ path, bytes }) => [path, Buffer.from(bytes)])).toEqual(
      files.map(({ path, bytes }) => [`my-skill/${path}`, bytes]),
    )
  })
})
