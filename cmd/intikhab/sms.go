package main

type smsCommands struct{}
