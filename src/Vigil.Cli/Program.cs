using Vigil.Cli;
using Vigil.Media;

// The worker starts before anything of the command line is loaded: it is on the path of every file.
return args is [MediaWorker.Verb] ? MediaWorker.Run() : CommandLine.Run(args);
