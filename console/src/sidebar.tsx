import { useSignal } from '@preact/signals'
import { useEffect } from 'preact/hooks'
import { AccountMenu } from './account-menu.tsx'
import type { Session } from './api/session.ts'
import { type Page, shownPages } from './pages.ts'
import { Button } from './parts/button.tsx'
import { Icon } from './parts/icon.tsx'
import { hrefOf, path } from './router.ts'
import { WorkspaceSwitcher } from './workspace-switcher.tsx'

const GROUPS = ['Use', 'Watch', 'Stored', 'Administer'] as const

/** The navigation: at the side, on narrow screens in a drawer. */
export function Sidebar({ session }: { readonly session: Session }) {
  const isOpen = useSignal(false)
  const current = path.value
  useEffect(() => {
    isOpen.value = false
    document.querySelector('.sidebar [aria-current="page"]')?.scrollIntoView({ block: 'nearest' })
  }, [current])
  const pages = shownPages(session)
  return (
    <>
      <header class="topbar">
        <Button kind="plain" icon="menu" label="Open the navigation" onClick={() => setOpen(true)} />
        <Brand />
      </header>
      {isOpen.value && (
        <button
          type="button"
          class="scrim"
          aria-label="Close the navigation"
          onClick={() => setOpen(false)}
        />
      )}
      <aside
        aria-label="Console"
        class="sidebar"
        data-open={isOpen.value ? '' : undefined}
        onKeyDown={(event) => event.key === 'Escape' && setOpen(false)}
      >
        <Brand version={session.version} />
        <WorkspaceSwitcher session={session} />
        <nav aria-label="Pages">
          {GROUPS.map((group) => (
            <Group key={group} name={group} pages={pages.filter((page) => page.group === group)} />
          ))}
        </nav>
        <AccountMenu session={session} />
      </aside>
    </>
  )

  function setOpen(value: boolean): void {
    isOpen.value = value
  }
}

function Brand({ version }: { readonly version?: string }) {
  return (
    <a class="brand" href={hrefOf('/')}>
      <svg viewBox="0 0 32 32" aria-hidden="true">
        <rect width="32" height="32" rx="8" fill="#4c43c9" />
        <path d="M8 10h16M8 16h10M8 22h13" stroke="#fff" stroke-width="3" stroke-linecap="round" />
        <circle cx="23.5" cy="16" r="2.5" fill="#ffc46b" />
      </svg>
      Continuo
      {version && <small>{version}</small>}
    </a>
  )
}

function Group({ name, pages }: { readonly name: string; readonly pages: readonly Page[] }) {
  if (pages.length === 0) return null
  return (
    <section>
      <h2>{name}</h2>
      <ul>
        {pages.map(({ path: page, title, icon }) => (
          <li key={page}>
            <a href={hrefOf(page)} aria-current={isIn(page) ? 'page' : undefined}>
              <Icon name={icon} />
              {title}
            </a>
          </li>
        ))}
      </ul>
    </section>
  )
}

/** A page is current on the pages below it too. */
function isIn(page: string): boolean {
  return path.value === page || path.value.startsWith(`${page}/`)
}
