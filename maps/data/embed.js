// Reads the map aloud region by region, and repaints it when the slider moves. No request, no cookie, no storage.
(() => {
  const data = JSON.parse(document.getElementById('map-data').textContent);
  const box = document.querySelector('.map'), svg = box.querySelector('svg'), status = document.getElementById('reading');
  const groups = new Map([...svg.querySelectorAll('g[data-code]')].map(g => [g.dataset.code, g]));
  const rows = new Map([...document.querySelectorAll('tr[data-code]')].map(r => [r.dataset.code, r]));
  const order = [...rows.keys()].filter(code => groups.has(code));
  const NS = 'http://www.w3.org/2000/svg';
  let at = -1, values = null;

  const words = code => {
    const said = groups.get(code).querySelector('title').textContent;
    return values ? rows.get(code).cells[0].textContent + ' (' + code + '): ' + data.paints[values[code]].label : said;
  };
  const choose = (code, speak) => {
    at = order.indexOf(code);
    svg.querySelectorAll('.chosen').forEach(e => e.remove());
    for (const name of ['chosen under', 'chosen']) {
      const use = document.createElementNS(NS, 'use');
      use.setAttribute('href', '#' + groups.get(code).querySelector('[id]').id);
      use.setAttribute('class', name);
      use.setAttribute('pointer-events', 'none');
      svg.append(use);
    }
    if (speak) status.textContent = words(code);
  };
  box.addEventListener('keydown', event => {
    const step = {ArrowRight: 1, ArrowDown: 1, ArrowLeft: -1, ArrowUp: -1}[event.key];
    let next = step ? (at + step + order.length) % order.length : {Home: 0, End: order.length - 1}[event.key];
    if (at < 0 && step) next = step > 0 ? 0 : order.length - 1;
    if (next === undefined) return;
    event.preventDefault();
    choose(order[next], true);
  });
  svg.addEventListener('click', event => {
    const hit = event.target.closest('g[data-code],g[data-callout]');
    if (hit) choose(hit.dataset.code || hit.dataset.callout, true);
  });
  document.getElementById('find').addEventListener('input', event => {
    const wanted = event.target.value.trim().toLowerCase();
    rows.forEach(row => { row.hidden = !row.textContent.toLowerCase().includes(wanted); });
  });

  const paint = (g, look) => {
    g.setAttribute('fill', look.fill);
    const shape = g.querySelector('[id]');
    let use = g.querySelector('use');
    if (look.tile && !use) {
      use = document.createElementNS(NS, 'use');
      use.setAttribute('href', '#' + shape.id);
      use.setAttribute('stroke', 'none');
      g.append(use);
    }
    if (use && look.tile) use.setAttribute('fill', 'url(#' + look.tile + ')');
    if (use && !look.tile) use.remove();
  };
  const slider = document.getElementById('day');
  if (slider) {
    const show = n => {
      const day = data.days[n], now = day === data.day;
      values = now ? null : data.frames[day];
      svg.classList.toggle('past', !now);
      svg.querySelector('text.day').textContent = data.said[day];
      document.getElementById('shown').textContent = data.said[day] + (now ? '' : data.elsewhere);
      slider.setAttribute('aria-valuetext', data.said[day]);
      for (const [code, row] of rows) {
        const look = data.paints[data.frames[day][code]];
        row.cells[2].textContent = look.label;
        if (groups.has(code)) paint(groups.get(code), look);
      }
      svg.querySelectorAll('g[data-callout]').forEach(g => paint(g, data.paints[data.frames[day][g.dataset.callout]]));
      svg.querySelectorAll('text[data-on]').forEach(t => {
        const look = data.paints[data.frames[day][t.dataset.on]];
        const halo = t.hasAttribute('stroke');
        t.setAttribute('fill', halo ? look.fill : look.ink);
        if (halo) t.setAttribute('stroke', look.fill);
      });
      if (at >= 0) status.textContent = words(order[at]);
    };
    slider.addEventListener('input', () => show(Number(slider.value)));
  }
})();
