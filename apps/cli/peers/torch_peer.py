"""One step of pre-training in PyTorch, three ways, for `onestep bench`.

A step is fresh prompts, forward, backward and Adam, in float32 on one thread, on the isotropic noisy linear law.

naive       as the papers write it: n x n attention and autograd
smart       the same autograd, attention by the context Gram matrix instead, for any depth
scores      one layer only: autograd through <u, v_i> and <M v_q, v_i>, which needs no Gram matrix either
two-column  one layer only: our own statistics algorithm, with its gradient by hand

Talks in lines: a JSON request on stdin, a JSON answer on stdout.
"""

import json
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


def trained_by_autograd(size, parameters, predict):
    optimizer = torch.optim.Adam(parameters, lr=LEARNING_RATE)

    def step():
        context, query, response = draw_tokens(size)
        loss = ((predict(context, query) - response) ** 2).mean()
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()

    return step


def naive(size):
    layers, m = size["layers"], size["dimension"] + 1
    values = [initial(m, m) for _ in range(layers)]
    key_queries = [initial(m, m) for _ in range(layers)]
    seen = torch.ones(size["context"] + 1, 1)
    seen[-1] = 0  # nobody attends to the query

    def predict(context, query):
        z = torch.cat([context, query.unsqueeze(1)], dim=1)
        for p, q in zip(values, key_queries):
            scores = torch.bmm(z @ q, z.transpose(1, 2))
            z = z + torch.bmm(scores, seen * z @ p.T) / size["context"]
        return z[:, -1, -1]

    return trained_by_autograd(size, values + key_queries, predict)


def scores(size):
    m = size["dimension"] + 1
    value, key_query = initial(m), initial(m, m)

    def predict(context, query):
        keys = query @ key_query.T
        scores = torch.bmm(context, keys.unsqueeze(2)).squeeze(2)
        return (context @ value * scores).sum(dim=1) / size["context"]

    return trained_by_autograd(size, [value, key_query], predict)


def smart(size):
    layers, m = size["layers"], size["dimension"] + 1
    values = [initial(m, m) for _ in range(layers)]
    key_queries = [initial(m, m) for _ in range(layers)]
    identity = torch.eye(m)

    def predict(context, query):
        gram = torch.bmm(context.transpose(1, 2), context)
        q = query
        for value, key_query in zip(values[:-1], key_queries[:-1]):
            map_ = identity + value @ gram @ key_query / size["context"]
            q = torch.bmm(map_, q.unsqueeze(2)).squeeze(2)
            gram = torch.bmm(torch.bmm(map_, gram), map_.transpose(1, 2))
        # The last layer is read at one entry: vectors are enough.
        keys = torch.bmm(gram, (q @ key_queries[-1].T).unsqueeze(2)).squeeze(2)
        return q[:, -1] + keys @ values[-1][-1] / size["context"]

    return trained_by_autograd(size, values + key_queries, predict)


def two_column(size):
    batch, n, d = size["batch"], size["context"], size["dimension"]
    m = d + 1
    value, key_query = initial(m), initial(m, m)
    optimizer = torch.optim.Adam([value, key_query], lr=LEARNING_RATE)
    half_degrees = [torch.full((batch, 1), (n - i) / 2) for i in range(2)]

    def chi(half_degree):
        return (2 * torch._standard_gamma(half_degree)).sqrt()

    def unit(v):
        length = v.norm(dim=1, keepdim=True)
        return v / length, length

    def along(e, v):
        return e * (e * v).sum(dim=1, keepdim=True)

    @torch.no_grad()
    def step():
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
        residual = (k * wp).sum(dim=1) / n - response
        weighted = (2 / (n * batch)) * residual.unsqueeze(1)
        key_query.grad = torch.zeros(m, m)
        key_query.grad[:, :d] = (weighted * pushed(wp)).T @ x
        value.grad = (weighted * pushed(wk)).sum(dim=0)
        optimizer.step()

    return step


VARIANTS = {"torch-naive": naive, "torch-smart": smart, "torch-scores": scores, "torch-two-column": two_column}
LEAST_SECONDS = 0.02


def measure(step, batch, seconds):
    """Prompts per second of this process's own time."""
    steps, start = 0, time.process_time()
    while True:
        step()
        steps += 1
        taken = time.process_time() - start
        if taken >= max(seconds, LEAST_SECONDS):
            return steps * batch / taken


def main():
    opened = {}
    print(json.dumps({"version": torch.__version__.split("+")[0]}), flush=True)
    for line in sys.stdin:
        request = json.loads(line)
        name = json.dumps([request["variant"], request["size"]])
        if name not in opened:
            torch.manual_seed(0)
            opened[name] = VARIANTS[request["variant"]](request["size"])
            opened[name]()
        rate = measure(opened[name], request["size"]["batch"], request["seconds"])
        print(json.dumps({"promptsPerSecond": rate}), flush=True)


if __name__ == "__main__":
    main()
