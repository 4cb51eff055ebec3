/** As llama.cpp names the parts of a model in several files. */
const PART = /-(\d{5})-of-(\d{5})\.gguf$/i

/** Whether a file is a later part of a model in several files, which is loaded through its first one. */
export function isLaterPart(path: string): boolean {
  const part = PART.exec(path)
  return part !== null && Number(part[1]) !== 1
}

/** The paths of all parts of a model, by the path of its first one. */
export function partsOf(path: string): string[] {
  const count = Number(PART.exec(path)?.[2] ?? 1)
  if (count === 1) return [path]
  const five = (number: number) => String(number).padStart(5, '0')
  return Array.from({ length: count }, (_, index) =>
    path.replace(PART, `-${five(index + 1)}-of-${five(count)}.gguf`),
  )
}

/** The name of a model by its file: without folders, `.gguf` and the number of a part. */
export function modelNameOf(path: string): string {
  const name = path.split(/[\\/]/).at(-1) ?? path
  return name.replace(PART, '').replace(/\.gguf$/i, '')
}
