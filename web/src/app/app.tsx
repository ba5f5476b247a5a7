import { QueryClientProvider } from "@tanstack/react-query";
import { lazy, Suspense, useState } from "react";
import { Route, Switch, useLocation } from "wouter";
import { ConnectionBanner } from "@/features/connection/banner";
import { Notices } from "@/features/connection/notices";
import { Unlock } from "@/features/connection/unlock";
import { PlayerBar } from "@/features/playback/player-bar";
import LibraryView from "@/features/tracks/library-view";
import { ScrollArea } from "@/lib/scroll-area";
import { useScrollMemory } from "@/lib/scroll-memory";
import { useMediaQuery } from "@/lib/use-media-query";
import { Empty, Loading } from "@/ui/state";
import { queryClient } from "./auralis";
import { Boundary } from "./boundary";
import { Header } from "./header";
import { Navigation } from "./navigation";
import { useApp } from "./store";
import styles from "./app.module.css";

const AlbumsView = lazy(() => import("@/features/albums/albums-view"));
const AlbumView = lazy(() => import("@/features/albums/album-view"));
const ArtistsView = lazy(() => import("@/features/artists/artists-view"));
const ArtistView = lazy(() => import("@/features/artists/artist-view"));
const PlaylistsView = lazy(() => import("@/features/playlists/playlists-view"));
const PlaylistView = lazy(() => import("@/features/playlists/playlist-view"));
const MoreView = lazy(() => import("@/features/more/more-view"));
const HistoryView = lazy(() => import("@/features/history/history-view"));
const JobsView = lazy(() => import("@/features/jobs/jobs-view"));
const CompareView = lazy(() => import("@/features/compare/compare-view"));
const SimilarView = lazy(() => import("@/features/similar/similar-view"));
const FoldersView = lazy(() => import("@/features/folders/folders-view"));
const MapView = lazy(() => import("@/features/map/map-view"));
const SettingsView = lazy(() => import("@/features/settings/settings-view"));
const SearchView = lazy(() => import("@/features/search/search-view"));
const StatusView = lazy(() => import("@/features/status/status-view"));
const SidePanel = lazy(() => import("./side-panel"));
const HelpDialog = lazy(() => import("@/features/help/help-dialog"));

export function App() {
  return (
    <QueryClientProvider client={queryClient}>
      <Frame />
    </QueryClientProvider>
  );
}

function Frame() {
  const small = useMediaQuery("(max-width: 760px)");
  const panel = useApp((state) => state.panel !== "none") && !small;
  const help = useApp((state) => state.help);
  const [area, setArea] = useState<HTMLElement | null>(null);
  const [pathname] = useLocation();
  useScrollMemory(area, pathname);
  return (
    <div className={styles.app} data-panel={panel || undefined}>
      <a className={styles.skip} href="#main">
        Skip to the music
      </a>
      <Navigation small={small} />
      <main id="main" className={styles.main} ref={setArea} tabIndex={-1}>
        <ScrollArea value={area}>
          <div className={styles.content}>
            <Header />
            <Unlock />
            <ConnectionBanner />
            <div className={styles.view}>
              <Boundary key={pathname}>
                <Suspense fallback={<Loading />}>
                  <Views />
                </Suspense>
              </Boundary>
            </div>
          </div>
        </ScrollArea>
      </main>
      {panel && (
        <Boundary>
          <Suspense fallback={<aside className={styles.panel} />}>
            <SidePanel />
          </Suspense>
        </Boundary>
      )}
      <PlayerBar small={small} />
      <Notices />
      {help && (
        <Suspense>
          <HelpDialog />
        </Suspense>
      )}
    </div>
  );
}

function Views() {
  return (
    <Switch>
      <Route path="/" component={LibraryView} />
      <Route path="/albums" component={AlbumsView} />
      <Route path="/albums/:id" component={AlbumView} />
      <Route path="/artists" component={ArtistsView} />
      <Route path="/artists/:id" component={ArtistView} />
      <Route path="/playlists" component={PlaylistsView} />
      <Route path="/playlists/:id" component={PlaylistView} />
      <Route path="/history" component={HistoryView} />
      <Route path="/jobs" component={JobsView} />
      <Route path="/compare" component={CompareView} />
      <Route path="/similar" component={SimilarView} />
      <Route path="/folders" component={FoldersView} />
      <Route path="/map" component={MapView} />
      <Route path="/settings" component={SettingsView} />
      <Route path="/more" component={MoreView} />
      <Route path="/search" component={SearchView} />
      <Route path="/status" component={StatusView} />
      <Route>
        <Empty page title="There is nothing at this address">The library is one click away.</Empty>
      </Route>
    </Switch>
  );
}
