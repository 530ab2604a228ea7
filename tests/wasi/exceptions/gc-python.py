class Shape:
    def __init__(self, name):
        self.name = name
    def area(self):
        return 0

class Square(Shape):
    def __init__(self, side):
        self.name = "square"
        self.side = side
    def area(self):
        return self.side * self.side

class Rect(Shape):
    def __init__(self, w, h):
        self.name = "rect"
        self.w = w
        self.h = h
    def area(self):
        return self.w * self.h

def fib(n):
    if n < 2:
        return n
    return fib(n - 1) + fib(n - 2)

def sieve(n):
    flags = [True] * (n + 1)
    found = []
    i = 2
    while i <= n:
        if flags[i]:
            found.append(i)
            j = i * i
            while j <= n:
                flags[j] = False
                j += i
        i += 1
    return found

def words(text):
    counts = {}
    for word in text.split(" "):
        if word in counts:
            counts[word] = counts[word] + 1
        else:
            counts[word] = 1
    return counts

shapes = []
for i in range(200):
    if i % 2 == 0:
        shapes.append(Square(i))
    else:
        shapes.append(Rect(i, 3))
total = 0
for round in range(3):
    for shape in shapes:
        total += shape.area()
print("areas", total)
print("fib", fib(18))
primes = sieve(2000)
print("primes", len(primes), primes[-1])
counts = words("the quick brown fox jumps over the lazy dog the end")
for word in sorted(counts.keys()):
    print(word, counts[word])
def check(n):
    if n > 3:
        raise ValueError("too large")
    return n

caught = 0
for i in range(10):
    try:
        check(i)
    except ValueError:
        caught += 1
print("caught", caught)
text = ""
for i in range(300):
    text = text + str(i % 10)
print(len(text))
print([x * x for x in range(10) if x % 3 == 1])
