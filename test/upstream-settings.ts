import * as z from 'zod'
import {
  DIALECTS,
  type UpstreamEngineSettings,
  type UpstreamKind,
} from '../src/engines/upstream/dialects/dialects.ts'

type KeyOf<Section> = Section extends unknown ? keyof Section : never
type ValueOf<Section, Key> = Section extends unknown
  ? Key extends keyof Section
    ? Section[Key]
    : never
  : never

/** Settings of any dialect. */
export type UpstreamSettingsChange = {
  readonly [Key in KeyOf<UpstreamEngineSettings>]?: Readonly<ValueOf<UpstreamEngineSettings, Key>>
}

/** An upstream's settings with the defaults of its dialect. Settings that the dialect does not have are ignored. */
export function upstreamSettings<Kind extends UpstreamKind>(
  change: UpstreamSettingsChange & { readonly kind: Kind },
): UpstreamEngineSettings & { readonly kind: Kind } {
  const { shape } = DIALECTS[change.kind].settingsSchema
  const settings = z.object(shape).parse({ baseUrls: ['http://upstream'], model: 'm', ...change })
  return settings as UpstreamEngineSettings & { readonly kind: Kind }
}
