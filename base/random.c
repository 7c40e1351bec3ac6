/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "base/random.h"

#include <math.h>

/* The constants of splitmix64: Steele, Lea, Flood, Fast splittable pseudorandom number generators. */
static uint64_t splitmix(uint64_t *state)
{
    *state += UINT64_C(0x9e3779b97f4a7c15);
    uint64_t z = *state;
    z = (z ^ z >> 30) * UINT64_C(0xbf58476d1ce4e5b9);
    z = (z ^ z >> 27) * UINT64_C(0x94d049bb133111eb);
    return z ^ z >> 31;
}

static uint64_t rotate(uint64_t x, unsigned bits)
{
    return x << bits | x >> (64 - bits);
}

void aj_random_seed(struct aj_random *random, uint64_t seed)
{
    for (size_t i = 0; i < AJ_COUNT(random->state); i++)
        random->state[i] = splitmix(&seed);
}

void aj_random_stream(struct aj_random *random, uint64_t seed, uint64_t stream)
{
    /* Mixed before they meet: seed 1, stream 2 is another place than seed 2, stream 1. */
    aj_random_seed(random, splitmix(&seed) + stream);
}

uint64_t aj_random_next(struct aj_random *random)
{
    uint64_t *s = random->state;
    const uint64_t result = rotate(s[1] * 5, 7) * 9;
    const uint64_t t = s[1] << 17;
    s[2] ^= s[0];
    s[3] ^= s[1];
    s[1] ^= s[2];
    s[0] ^= s[3];
    s[2] ^= t;
    s[3] = rotate(s[3], 45);
    return result;
}

uint64_t aj_random_below(struct aj_random *random, uint64_t bound)
{
    /* The lowest 2^64 mod bound numbers would make small results likelier. */
    const uint64_t unfair = -bound % bound;
    uint64_t x = aj_random_next(random);
    while (x < unfair)
        x = aj_random_next(random);
    return x % bound;
}

double aj_random_unit(struct aj_random *random)
{
    return (double)(aj_random_next(random) >> 11) * 0x1p-53;
}

/* Box and Muller; the second number they give is left, as nothing is kept between calls. */
double aj_random_normal(struct aj_random *random)
{
    const double turn = 6.283185307179586476925287 * aj_random_unit(random);
    return sqrt(2.0 * aj_random_exponential(random)) * cos(turn);
}

double aj_random_exponential(struct aj_random *random)
{
    return -log(1.0 - aj_random_unit(random));
}

double aj_random_gumbel(struct aj_random *random)
{
    /* The exponential is 0 once in 2^53 draws. */
    return -log(aj_random_exponential(random) + 0x1p-60);
}
