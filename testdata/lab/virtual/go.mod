module github.com/longpole/longpole/testdata/lab/virtual

go 1.26.0
