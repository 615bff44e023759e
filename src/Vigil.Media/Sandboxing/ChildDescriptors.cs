namespace Vigil.Media.Sandboxing;

/// <summary>What lies on which descriptor of a program; nothing else of this process is open in it.</summary>
internal static class ChildDescriptors
{
    /// <summary>Standard input: the file, a memory file opened for reading only.</summary>
    public const int Input = 0;

    /// <summary>Standard output: raw pixels of an ffmpeg, text of an exiftool.</summary>
    public const int Output = 1;

    /// <summary>Standard error: complaints.</summary>
    public const int Errors = 2;

    /// <summary>Of an ffmpeg: when each frame is shown.</summary>
    public const int Clock = 3;

    /// <summary>Of an ffmpeg: when each frame that was picked is shown.</summary>
    public const int PickedClock = 4;

    /// <summary>The filter of system calls; bubblewrap reads and closes it.</summary>
    public const int Filter = 5;

    public const int Count = 6;
}
