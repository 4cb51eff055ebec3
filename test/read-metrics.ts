const SAMPLE = /^([a-zA-Z_:][a-zA-Z0-9_:]*)(?:\{(.*)\})? (\S+)$/
const LABELS = /^(?:[a-zA-Z_]\w*="(?:[^"\\\n]|\\[\\"n])*"(?:,(?!$)|$))*$/
const SUFFIXES: Readonly<Record<string, RegExp>> = { histogram: /_(bucket|sum|count)$/ }

/** One sample. */
export interface Sample {
  readonly name: string
  readonly labels: Readonly<Record<string, string>>
  readonly value: number
}

/**
 * Parses Prometheus' text format 0.0.4, as far as this server uses it.
 *
 * @throws Error at what Prometheus would reject: a family without a type, a sample outside its family, a repeated label or
 *   series, buckets that do not add up
 */
export function readMetrics(text: string): Sample[] {
  if (!text.endsWith('\n')) throw new Error('the last line has no end')
  const families = new Map<string, string>()
  const series = new Set<string>()
  const samples: Sample[] = []
  let family = ''
  for (const line of text.split('\n')) {
    if (line === '' || line.startsWith('# HELP ')) continue
    const typed = /^# TYPE (\S+) (counter|gauge|histogram)$/.exec(line)
    if (typed) {
      family = typed[1] ?? ''
      if (families.has(family)) throw new Error(`${family} comes twice`)
      families.set(family, typed[2] ?? '')
      continue
    }
    const sample = readSample(line)
    if (familyOf(sample.name, families.get(family) ?? '') !== family)
      throw new Error(`not of ${family}: ${line}`)
    const key = line.slice(0, line.lastIndexOf(' '))
    if (series.has(key)) throw new Error(`twice: ${key}`)
    series.add(key)
    samples.push(sample)
  }
  checkBuckets(samples)
  return samples
}

function readSample(line: string): Sample {
  const [, name = '', labelText = '', value = ''] = SAMPLE.exec(line) ?? []
  if (name === '' || !LABELS.test(labelText)) throw new Error(`not a sample: ${line}`)
  const pairs = [...labelText.matchAll(/(\w+)="((?:[^"\\]|\\.)*)"/g)].map(([, label = '', text = '']) => [
    label,
    text,
  ])
  const labels = Object.fromEntries(pairs)
  if (Object.keys(labels).length !== pairs.length) throw new Error(`a label twice: ${line}`)
  const number = value === '+Inf' ? Number.POSITIVE_INFINITY : Number(value)
  if (Number.isNaN(number)) throw new Error(`not a number: ${line}`)
  return { name, labels, value: number }
}

function familyOf(name: string, type: string): string {
  return name.replace(SUFFIXES[type] ?? '', '')
}

function checkBuckets(samples: readonly Sample[]): void {
  let last: Sample | undefined
  for (const sample of samples) {
    if (sample.name.endsWith('_bucket') && last?.labels.le !== '+Inf' && last?.name === sample.name) {
      if (sample.value < last.value) throw new Error(`${sample.name} falls at ${sample.labels.le}`)
    }
    last = sample
  }
  for (const { name, labels, value } of samples.filter((sample) => sample.labels.le === '+Inf')) {
    const { le: _, ...others } = labels
    const count = sumOf(samples, name.replace(/_bucket$/, '_count'), others)
    if (count !== value) throw new Error(`${name} has ${value} in its last bucket and counts ${count}`)
  }
}

/** The sum of all samples of a name with these labels; undefined when there are none. */
export function sumOf(
  samples: readonly Sample[],
  name: string,
  labels: Readonly<Record<string, string>> = {},
): number | undefined {
  const found = samples.filter(
    (sample) =>
      sample.name === name && Object.entries(labels).every(([label, text]) => sample.labels[label] === text),
  )
  return found.length === 0 ? undefined : found.reduce((sum, { value }) => sum + value, 0)
}
