module github.com/longpole/longpole

go 1.26
