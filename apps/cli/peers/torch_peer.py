"""One step of pre-training in PyTorch, five ways, for `onestep bench`.

A step is fresh prompts, forward, backward and Adam, in float32 on one thread, on the isotropic noisy linear law, for the
model Z <- Z + P Z mask Z'Q Z / n with the prediction -[Z_L]. One layer reads of P its last row only.

naive          as the papers write it: n x n attention and autograd
smart          the same autograd without n x n: the context Gram matrix G once, then I + P G Q / n layer by layer
smart-vectors  the same, but the last layer, which is read at one entry, by products with vectors
scores         one layer only: autograd through <p, v_i> and <Q v_q, v_i>, which needs no Gram matrix either
two-column     one layer only: our own statistics algorithm, with its gradient by hand

Talks in lines: a JSON request on stdin, a JSON answer on stdout.
"""

import json
import math
import sys
import time

import torch

torch.set_num_threads(1)
LEARNING_RATE = 1e-3
NOISE_DEVIATION = 0.5


def draw_tokens(size):
    """Context tokens [B, n, m], query tokens [B, m] with a zero response, and query responses [B]."""
    batch, n, d = size["batch"], size["context"], size["dimension"]
    x = torch.randn(batch, n + 1, d)
    w = torch.randn(batch, d, 1)
    y = x @ w + NOISE_DEVIATION * torch.randn(batch, n + 1, 1)
    context = torch.cat([x[:, :n], y[:, :n]], dim=2)
    query = torch.cat([x[:, n], torch.zeros(batch, 1)], dim=1)
    return context, query, y[:, n, 0]


def initial(*shape):
    return (0.02 * torch.randn(*shape)).requires_grad_()


def initial_layers(size):
    layers, m = size["layers"], size["dimension"] + 1
    return [initial(m, m) for _ in range(layers)], [initial(m, m) for _ in range(layers)]


# Each variant is its parameters, values before key-queries, and what leaves a gradient in them and returns the loss.


def by_autograd(size, parameters, read):
    """Of -read(context, query), the prediction."""

    def evaluate():
        context, query, response = draw_tokens(size)
        loss = ((read(context, query) + response) ** 2).mean()
        for parameter in parameters:
            parameter.grad = None
        loss.backward()
        return loss.detach()

    return parameters, evaluate


def naive(size):
    values, key_queries = initial_layers(size)
    seen = torch.ones(size["context"] + 1, 1)
    seen[-1] = 0  # nobody attends to the query

    def read(context, query):
        z = torch.cat([context, query.unsqueeze(1)], dim=1)
        for p, q in zip(values, key_queries):
            scores = torch.bmm(z @ q.T, z.transpose(1, 2))
            z = z + torch.bmm(scores, seen * z @ p.T) / size["context"]
        return z[:, -1, -1]

    return by_autograd(size, values + key_queries, read)


def by_gram(size, read_last):
    """The context Gram matrix once, then I + P G Q / n layer by layer; `read_last` reads the last layer."""
    values, key_queries = initial_layers(size)
    identity = torch.eye(size["dimension"] + 1)

    def read(context, query):
        gram = torch.bmm(context.transpose(1, 2), context)
        for value, key_query in zip(values[:-1], key_queries[:-1]):
            step = identity + value @ gram @ key_query / size["context"]
            query = torch.bmm(step, query.unsqueeze(2)).squeeze(2)
            gram = torch.bmm(torch.bmm(step, gram), step.transpose(1, 2))
        return read_last(values[-1], gram, key_queries[-1], query)

    return by_autograd(size, values + key_queries, read)


def smart(size):
    identity = torch.eye(size["dimension"] + 1)

    def read_last(value, gram, key_query, query):
        step = identity + value @ gram @ key_query / size["context"]
        return torch.bmm(step, query.unsqueeze(2))[:, -1, 0]

    return by_gram(size, read_last)


def smart_vectors(size):
    def read_last(value, gram, key_query, query):
        keys = torch.bmm(gram, (query @ key_query.T).unsqueeze(2)).squeeze(2)
        return query[:, -1] + keys @ value[-1] / size["context"]

    return by_gram(size, read_last)


def scores(size):
    m = size["dimension"] + 1
    value, key_query = initial(m), initial(m, m)

    def read(context, query):
        scores = torch.bmm(context, (query @ key_query.T).unsqueeze(2)).squeeze(2)
        return (context @ value * scores).sum(dim=1) / size["context"]

    return by_autograd(size, [value, key_query], read)


def two_column(size):
    batch, n, d = size["batch"], size["context"], size["dimension"]
    m = d + 1
    value, key_query = initial(m), initial(m, m)
    half_degrees = [torch.full((batch, 1), (n - i) / 2) for i in range(2)]

    def chi(half_degree):
        return (2 * torch._standard_gamma(half_degree)).sqrt()

    def unit(v):
        length = v.norm(dim=1, keepdim=True)
        return v / length, length

    def along(e, v):
        return e * (e * v).sum(dim=1, keepdim=True)

    @torch.no_grad()
    def evaluate():
        x = torch.randn(batch, d)
        w = torch.randn(batch, d)
        response = (x * w).sum(dim=1) + NOISE_DEVIATION * torch.randn(batch)

        def pulled(v):  # T'v
            head = v[:, :d] + w * v[:, d:]
            return torch.cat([head, NOISE_DEVIATION * v[:, d:]], dim=1)

        def pushed(v):  # T v
            return torch.cat([v[:, :d], (w * v[:, :d]).sum(1, keepdim=True) + NOISE_DEVIATION * v[:, d:]], dim=1)

        keys = x @ key_query[:, :d].T
        p, k = pulled(value.expand(batch, m)), pulled(keys)
        e1, p_length = unit(p)
        e2, k_length = unit(k - along(e1, k))
        g1, g2 = torch.randn(batch, m), torch.randn(batch, m)
        column1 = chi(half_degrees[0]) * e1 + g1 - along(e1, g1)
        chi2 = chi(half_degrees[1])
        column2 = chi2 * e2 + g2 - along(e1, g2) - along(e2, g2)
        wp = p_length * (column1 * e1).sum(1, keepdim=True) * column1
        wk = column1 * (column1 * k).sum(1, keepdim=True) + k_length * chi2 * column2
        residual = (k * wp).sum(dim=1) / n + response
        weighted = (2 / (n * batch)) * residual.unsqueeze(1)
        key_query.grad = torch.zeros(m, m)
        key_query.grad[:, :d] = (weighted * pushed(wp)).T @ x
        value.grad = (weighted * pushed(wk)).sum(dim=0)
        return (residual**2).mean()

    return [value, key_query], evaluate


VARIANTS = {
    "torch-naive": naive,
    "torch-smart": smart,
    "torch-smart-vectors": smart_vectors,
    "torch-scores": scores,
    "torch-two-column": two_column,
}
LEAST_SECONDS = 0.02


def trained(size, variant):
    parameters, evaluate = VARIANTS[variant](size)
    optimizer = torch.optim.Adam(parameters, lr=LEARNING_RATE)

    def step():
        evaluate()
        optimizer.step()

    return step


def measure(step, batch, seconds):
    """Prompts per second of this process's own time, which is asked for after twice as many steps each time."""
    seconds = max(seconds, LEAST_SECONDS)
    steps, burst, start = 0, 1, time.process_time()
    while True:
        for _ in range(burst):
            step()
        steps += burst
        taken = time.process_time() - start
        if taken >= seconds:
            return steps * batch / taken
        burst = min(steps, math.ceil(steps * (seconds - taken) / max(taken, 1e-6)))


def probe(size, variant, point, direction, steps):
    """Loss and its slope along a direction at a point, of that many minibatches: what shows that the model is the same."""
    parameters, evaluate = VARIANTS[variant](size)
    m = size["dimension"] + 1

    def fitted(flat):
        matrices = torch.tensor(flat).reshape(-1, m, m)
        return [matrix if parameter.dim() == 2 else matrix[-1] for parameter, matrix in zip(parameters, matrices)]

    with torch.no_grad():
        for parameter, value in zip(parameters, fitted(point)):
            parameter.copy_(value)
    losses, slopes = [], []
    for _ in range(steps):
        losses.append(evaluate().item())
        slopes.append(sum((p.grad * along).sum().item() for p, along in zip(parameters, fitted(direction))))
    return {"losses": losses, "slopes": slopes}


def linear_algebra():
    """Which library multiplies matrices, and whether it does so rightly: some fail on processors newer than they are."""
    with open("/proc/self/maps") as maps:
        loaded = maps.read()
    known = {"openblas": "OpenBLAS", "mkl": "MKL", "blis": "BLIS", "atlas": "ATLAS"}
    found = [name for part, name in known.items() if part in loaded]
    if torch.backends.mkl.is_available():
        found = ["MKL"]
    worst = 0.0
    for rows, inner, columns in [(7, 9, 5), (64, 67, 33), (130, 259, 65)]:
        left, right = torch.randn(rows, inner), torch.randn(inner, columns)
        exact = (left.double().unsqueeze(2) * right.double().unsqueeze(0)).sum(dim=1)  # no library takes part
        scale = (left.double().abs().unsqueeze(2) * right.double().abs().unsqueeze(0)).sum(dim=1)
        for product in (left @ right, left.T.contiguous().T @ right, left @ right.T.contiguous().T):
            worst = max(worst, ((product.double() - exact).abs() / scale).max().item() / inner)
    return {"blas": found[0] if found else "reference BLAS", "right": worst <= 2.0**-23}


def answer(request, opened):
    size, variant = request["size"], request["variant"]
    if "point" in request:
        torch.manual_seed(request["seed"])
        return probe(size, variant, request["point"], request["direction"], request["steps"])
    name = json.dumps([variant, size])
    if name not in opened:
        torch.manual_seed(0)
        opened[name] = trained(size, variant)
        opened[name]()
    return {"promptsPerSecond": measure(opened[name], size["batch"], request["seconds"])}


def main():
    opened = {}
    torch.manual_seed(0)
    print(json.dumps({"version": torch.__version__.split("+")[0], **linear_algebra()}), flush=True)
    for line in sys.stdin:
        try:
            told = answer(json.loads(line), opened)
        except Exception as error:  # what a size is too large for, say; the next may fit
            told = {"error": f"{type(error).__name__}: {error}".splitlines()[0]}
        print(json.dumps(told), flush=True)


if __name__ == "__main__":
    try:
        main()
    except BrokenPipeError:  # whoever asked is no more
        sys.stderr.close()
