export const trainView = { name: "train", title: "Train", sentence: "", show: () => ({}) };
