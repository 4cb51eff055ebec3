import type { ComponentType } from 'preact'
import type { Action, Feature, Session } from './api/session.ts'
import type { PageProps } from './page-props.ts'
import type { IconName } from './parts/icon.tsx'

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
    ...{ path: '/dashboard', title: 'Dashboard', icon: 'gauge', group: 'Watch' },
    ...{ action: 'read:analytics', features: ['metrics'] },
    load: async () => (await import('./pages/dashboard-page.tsx')).DashboardPage,
  },
  {
    ...{ path: '/usage', title: 'Usage', icon: 'bars', group: 'Watch' },
    ...{ action: 'read:analytics', features: ['state'] },
    load: async () => (await import('./pages/usage-page.tsx')).UsagePage,
  },
  {
    ...{ path: '/cost', title: 'Cost', icon: 'coins', group: 'Watch' },
    ...{ action: 'read:analytics', features: ['state'] },
    load: async () => (await import('./pages/cost-page.tsx')).CostPage,
  },
  {
    ...{
      path: '/logs',
      title: 'Logs',
      icon: 'list',
      group: 'Watch',
      action: 'read:logs',
      features: ['state'],
    },
    load: async () => (await import('./pages/logs-page.tsx')).LogsPage,
  },
  {
    ...{
      path: '/batches',
      title: 'Message batches',
      icon: 'stack',
      group: 'Stored',
      action: 'use:files',
      features: ['batches'],
    },
    load: async () => (await import('./pages/batches-page.tsx')).BatchesPage,
  },
  {
    ...{
      path: '/files',
      title: 'Files',
      icon: 'file',
      group: 'Stored',
      action: 'use:files',
      features: ['files'],
    },
    load: async () => (await import('./pages/files-page.tsx')).FilesPage,
  },
  {
    ...{
      path: '/skills',
      title: 'Skills',
      icon: 'book',
      group: 'Stored',
      action: 'use:files',
      features: ['skills'],
    },
    load: async () => (await import('./pages/skills-page.tsx')).SkillsPage,
  },
  {
    ...{
      path: '/skills/:id',
      title: 'Skill',
      icon: 'book',
      group: null,
      action: 'use:files',
      features: ['skills'],
    },
    load: async () => (await import('./pages/skill-page.tsx')).SkillPage,
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
  {
    ...{
      path: '/admin_keys',
      title: 'Admin keys',
      icon: 'shield',
      group: 'Administer',
      action: 'read:admin_keys',
      features: ['state'],
    },
    load: async () => (await import('./pages/admin-keys-page.tsx')).AdminKeysPage,
  },
  {
    ...{
      path: '/workspaces',
      title: 'Workspaces',
      icon: 'grid',
      group: 'Administer',
      action: 'read:workspaces',
      features: ['state'],
    },
    load: async () => (await import('./pages/workspaces-page.tsx')).WorkspacesPage,
  },
  {
    ...{
      path: '/workspaces/:id',
      title: 'Workspace',
      icon: 'grid',
      group: null,
      action: 'read:workspaces',
      features: ['state'],
    },
    load: async () => (await import('./pages/workspace-page.tsx')).WorkspacePage,
  },
  {
    ...{
      path: '/members',
      title: 'Members',
      icon: 'people',
      group: 'Administer',
      action: 'read:members',
      features: ['state'],
    },
    load: async () => (await import('./pages/members-page.tsx')).MembersPage,
  },
  {
    ...{
      path: '/limits',
      title: 'Limits',
      icon: 'sliders',
      group: 'Administer',
      action: 'read:limits',
      features: ['state'],
    },
    load: async () => (await import('./pages/limits-page.tsx')).LimitsPage,
  },
  {
    ...{
      path: '/prices',
      title: 'Prices',
      icon: 'tag',
      group: 'Administer',
      action: 'read:analytics',
      features: ['state'],
    },
    load: async () => (await import('./pages/prices-page.tsx')).PricesPage,
  },
  {
    ...{
      path: '/faults',
      title: 'Faults',
      icon: 'warning',
      group: 'Administer',
      action: 'write:faults',
      features: [],
    },
    load: async () => (await import('./pages/faults-page.tsx')).FaultsPage,
  },
  {
    ...{
      path: '/recordings',
      title: 'Recordings',
      icon: 'record',
      group: 'Administer',
      action: 'write:faults',
      features: ['recordings'],
    },
    load: async () => (await import('./pages/recordings-page.tsx')).RecordingsPage,
  },
  {
    ...{
      path: '/audit',
      title: 'Audit',
      icon: 'clock',
      group: 'Administer',
      action: 'read:audit',
      features: ['state'],
    },
    load: async () => (await import('./pages/audit-page.tsx')).AuditPage,
  },
  {
    ...{
      path: '/organization',
      title: 'Organization',
      icon: 'building',
      group: 'Administer',
      action: 'read:organization',
      features: ['state'],
    },
    load: async () => (await import('./pages/organization-page.tsx')).OrganizationPage,
  },
]

/** The pages that exist for the one who uses the console. */
export function shownPages({ actions, features }: Pick<Session, 'actions' | 'features'>): readonly Page[] {
  return PAGES.filter(
    (page) => actions.includes(page.action) && page.features.every((feature) => features.includes(feature)),
  )
}
