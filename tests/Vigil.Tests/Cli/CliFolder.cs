using System.Diagnostics;

namespace Vigil.Tests.Cli;

/// <summary>A folder of one test with files to look at, and the program with its own data folder.</summary>
internal sealed class CliFolder : IDisposable
{
    private readonly DirectoryInfo _root = Directory.CreateTempSubdirectory("vigil-cli-");

    public CliFolder()
    {
        // A scan of these files must not meet the data folder, and another user must be able to enter.
        Inputs = _root.CreateSubdirectory("in").FullName;
        Data = Path.Combine(_root.FullName, "data");
        _root.UnixFileMode |=
            UnixFileMode.OtherRead
            | UnixFileMode.OtherExecute
            | UnixFileMode.GroupRead
            | UnixFileMode.GroupExecute;
        Vigil = new VigilProgram(Data);
    }

    public string Inputs { get; }

    public string Data { get; }

    public VigilProgram Vigil { get; }

    /// <summary>A path beside the inputs, for lists and outputs.</summary>
    public string Beside(string name) => Path.Combine(_root.FullName, name);

    /// <summary>A path among the inputs.</summary>
    public string this[string name] => Path.Combine(Inputs, name);

    public string Write(string name, string text)
    {
        var path = this[name];
        Directory.CreateDirectory(Path.GetDirectoryName(path)!);
        File.WriteAllText(path, text);
        return path;
    }

    public string Write(string name, byte[] bytes)
    {
        var path = this[name];
        Directory.CreateDirectory(Path.GetDirectoryName(path)!);
        File.WriteAllBytes(path, bytes);
        return path;
    }

    public string WriteList(params string[] lines)
    {
        var path = Beside("list.txt");
        File.WriteAllLines(path, lines);
        return path;
    }

    public void Dispose()
    {
        // rm, for the runtime cannot name what is not UTF-8.
        using var remove = Process.Start("rm", ["-rf", "--", _root.FullName]);
        remove.WaitForExit();
    }
}
