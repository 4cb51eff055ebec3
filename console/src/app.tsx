import { useSignalEffect } from '@preact/signals'
import type { ComponentType } from 'preact'
import { useEffect, useState } from 'preact/hooks'
import { ApiFailure } from './api/api-failure.ts'
import { callHeaders, loggedOutCount, WORKSPACE_HEADER } from './api/call-api.ts'
import { loadSession, type Session, session, sessionError } from './api/session.ts'
import type { PageProps } from './page-props.ts'
import { LINK_PAGES } from './pages/link-pages.tsx'
import { LoginPage } from './pages/login-page.tsx'
import { type Page, shownPages } from './pages.ts'
import { EmptyState } from './parts/empty-state.tsx'
import { ErrorState } from './parts/error-state.tsx'
import { Skeleton } from './parts/skeleton.tsx'
import { Toasts } from './parts/toasts.tsx'
import { hrefOf, matchPath, navigate, path } from './router.ts'
import { Sidebar } from './sidebar.tsx'

/** The console: asks who uses it, and shows the page that the address names. */
export function App() {
  useEffect(() => void loadSession(), [])
  useSignalEffect(() => {
    // A session has ended: the server says so, and the login appears.
    if (loggedOutCount.value > 0) void loadSession()
  })
  const current = session.value
  if (current === null) {
    const error = sessionError.value
    return (
      <main class="plain-page">
        {error === null ? <Skeleton /> : <ErrorState error={error} onRetry={() => void loadSession()} />}
      </main>
    )
  }
  const LinkPage = current.access === 'open' ? undefined : LINK_PAGES[path.value]
  if (LinkPage !== undefined) return <LinkPage />
  if (!current.isSignedIn) return <LoginPage session={current} />
  return (
    <div class="layout">
      <a class="skip" href="#content">
        Skip to the content
      </a>
      <Sidebar session={current} />
      <main id="content" class="page" tabIndex={-1}>
        {/* Another workspace is another page. */}
        <OpenPage key={callHeaders.value[WORKSPACE_HEADER] ?? ''} session={current} />
      </main>
      <Toasts />
    </div>
  )
}

function OpenPage({ session: current }: { readonly session: Session }) {
  const pages = shownPages(current)
  const first = pages[0]
  useEffect(() => {
    if (path.value === '/' && first !== undefined) navigate(hrefOf(first.path), { replace: true })
  })
  for (const page of pages) {
    const params = matchPath(page.path, path.value)
    if (params !== null) return <LoadedPage key={page.path} page={page} params={params} />
  }
  if (path.value === '/') return null
  return (
    <EmptyState
      title="There is no such page"
      action={first && <a href={hrefOf(first.path)}>To the first page</a>}
    >
      It may need a part of the server that is switched off, or rights that you do not have.
    </EmptyState>
  )
}

interface LoadedPageProps extends PageProps {
  readonly page: Page
}

const loadedPages = new Map<string, ComponentType<PageProps>>()

function LoadedPage({ page, params }: LoadedPageProps) {
  const [, setRound] = useState(0)
  const [error, setError] = useState<ApiFailure | null>(null)
  const Component = loadedPages.get(page.path)
  const isLoaded = Component !== undefined
  useEffect(() => {
    if (isLoaded || error !== null) return
    page.load().then(
      (loaded) => {
        loadedPages.set(page.path, loaded)
        setRound((round) => round + 1)
      },
      () =>
        setError(
          new ApiFailure('This page could not be loaded. Was the server updated? Reload the browser’s page.'),
        ),
    )
  }, [page, isLoaded, error])
  if (error !== null) return <ErrorState error={error} onRetry={() => location.reload()} />
  if (Component === undefined) return <Skeleton lines={6} />
  return <Component params={params} />
}
