module continuo/test/clients/go/checks

go 1.24
