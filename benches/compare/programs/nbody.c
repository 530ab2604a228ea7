// Five bodies that attract each other: square roots, divisions, and a small array of structures.
#include "common.h"
#include <math.h>

#define BODIES 5

struct body {
    double x, y, z, vx, vy, vz, mass;
};

static struct body bodies[BODIES] = {
    {0, 0, 0, 0, 0, 0, 39.47841760435743},
    {4.84143144246472090, -1.16032004402742839, -0.10362204447112311, 0.60632639299583,
     2.81198684491626, -0.02521836165988, 0.03769367487038949},
    {8.34336671824457987, 4.12479856412430479, -0.40352341711432138, -1.01077434617879,
     1.82566237123041, 0.00841576137658, 0.011286326131968767},
    {12.8943695621391310, -15.1111514016986312, -0.22330757889265573, 1.08279100644153,
     0.86871301816960, -0.01083263740136, 0.0017237240570597112},
    {15.3796971148509165, -25.9193146099879641, 0.17925877295037118, 0.97909073224389,
     0.59469899864767, -0.03475595507104, 0.0020336868699246304},
};

static void advance(double step) {
    for (int i = 0; i < BODIES; i++) {
        struct body *a = &bodies[i];
        for (int j = i + 1; j < BODIES; j++) {
            struct body *b = &bodies[j];
            double dx = a->x - b->x, dy = a->y - b->y, dz = a->z - b->z;
            double square = dx * dx + dy * dy + dz * dz, force = step / (square * sqrt(square));
            a->vx -= dx * b->mass * force;
            a->vy -= dy * b->mass * force;
            a->vz -= dz * b->mass * force;
            b->vx += dx * a->mass * force;
            b->vy += dy * a->mass * force;
            b->vz += dz * a->mass * force;
        }
    }
    for (int i = 0; i < BODIES; i++) {
        struct body *a = &bodies[i];
        a->x += step * a->vx;
        a->y += step * a->vy;
        a->z += step * a->vz;
    }
}

int main(int count, char **values) {
    for (int steps = argument(count, values, 1, 1000); steps > 0; steps--)
        advance(0.01);
    print_sum(checksum((const double *)bodies, sizeof bodies / sizeof(double)));
}
