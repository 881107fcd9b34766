import { onMounted, watch } from "vue";

/**
 * Keeps a figure's state in the page's address, so that a link shows what its sender saw. The address is read once the
 * page has come alive, since the server does not know it, and is replaced when the state has been at rest for a moment.
 */
export function keepAddress(read: (search: string) => void, address: () => string): void {
  let waiting: ReturnType<typeof setTimeout> | undefined;
  onMounted(() => {
    if (location.search !== "") read(location.search);
    watch(address, (search) => {
      clearTimeout(waiting);
      const page = location.pathname;
      waiting = setTimeout(() => {
        if (location.pathname === page) history.replaceState(history.state, "", `?${search}${location.hash}`);
      }, 200);
    });
  });
}
