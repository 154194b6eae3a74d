"""Train on 4,000 digits and read others: ten lines."""

from inkgrad import AdamW, deck, evaluate, fit, load, schedules

data = load("mnist-5k")  # 4,000 digits to train on, 1,000 others to test with
network = deck(input_dropout=0.15)  # 784-128-64-10 with ReLU
history = fit(
    network, data, epochs=10, optimizer=AdamW(), schedule=schedules.OneCycle(0.004, 10 * 57)
)
print(history, "best:", history.best.number)
print(evaluate(network, data.test, data.classes))
answers = network(data.test.images[::100]).argmax(axis=1)
print("read", *answers, "written", *data.test.labels[::100])
