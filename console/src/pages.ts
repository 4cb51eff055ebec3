import type { ComponentType } from 'preact'
import type { Action, Feature, Session } from './api/session.ts'
import type { IconName } from './parts/icon.tsx'

/** What a page gets of its address. */
export interface PageProps {
  /** The named parts of its path. */
  readonly params: Readonly<Record<string, string>>
}

/** A page of the console. */
export interface Page {
  /** Below `/console`; `:name` stands for any one part. */
  readonly path: string
  readonly title: string
  readonly icon: IconName
  /** Where it is in the navigation; null for a page that others link to. */
  readonly group: 'Use' | 'Watch' | 'Stored' | 'Administer' | null
  /** What one must be allowed to do for it. */
  readonly action: Action
  /** What the server must have for it. */
  readonly features: readonly Feature[]
  /** Loads the file of the page when it is opened first. */
  readonly load: () => Promise<ComponentType<PageProps>>
}

/** Every page, in the order of the navigation. */
export const PAGES: readonly Page[] = [
  {
    ...{ path: '/workbench', title: 'Workbench', icon: 'flask', group: 'Use' },
    ...{ action: 'use:models', features: [] },
    load: async () => (await import('./pages/workbench-page.tsx')).WorkbenchPage,
  },
  {
    ...{ path: '/models', title: 'Models', icon: 'cube', group: 'Use', action: 'use:models', features: [] },
    load: async () => (await import('./pages/models-page.tsx')).ModelsPage,
  },
  {
    ...{
      path: '/api_keys',
      title: 'API keys',
      icon: 'key',
      group: 'Administer',
      action: 'read:api_keys',
      features: ['state'],
    },
    load: async () => (await import('./pages/api-keys-page.tsx')).ApiKeysPage,
  },
]

/** The pages that exist for the one who uses the console. */
export function shownPages({ actions, features }: Pick<Session, 'actions' | 'features'>): readonly Page[] {
  return PAGES.filter(
    (page) => actions.includes(page.action) && page.features.every((feature) => features.includes(feature)),
  )
}
