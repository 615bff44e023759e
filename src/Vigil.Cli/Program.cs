using Vigil.Media;

// The worker starts before anything of the command line is loaded: it is on the path of every file.
if (args is [MediaWorker.Verb])
{
    return MediaWorker.Run();
}
return 2;
