using System.Text.RegularExpressions;

namespace Vigil.Server.Tests.Faults.Steps;

/// <summary>
/// Watches a process from outside: it stops after every system call that changes a file of its folder or sends to a
/// socket, and is let go on, or killed, before it does anything else. What a kill before such a call leaves is what one
/// after the call before it leaves, so killing after each of them is killing before and after each.
/// </summary>
internal sealed partial class SystemCallSteps : IAsyncDisposable
{
    /// <summary>"?": not on every architecture.</summary>
    private const string Calls =
        "write,writev,pwrite64,pwritev,sendto,sendmsg,fsync,fdatasync,ftruncate,fallocate,?rename,renameat,?renameat2,"
        + "?unlink,unlinkat,?mkdir,mkdirat";

    private readonly int _process;
    private readonly string _folder;
    private readonly int _killAfter;
    private readonly List<string> _names = [];
    private readonly Dictionary<string, string> _calls = new(StringComparer.Ordinal);
    private Strace? _strace;

    private SystemCallSteps(int process, string folder, int killAfter) =>
        (_process, _folder, _killAfter) = (process, folder, killAfter);

    /// <summary>
    /// What was done, one step each, in order: the call and the file, names of objects left out. Read it when the process
    /// is gone or no longer watched.
    /// </summary>
    public IReadOnlyList<string> Names => _names;

    public bool HasKilled => _killAfter > 0 && _names.Count >= _killAfter;

    /// <param name="process">Its id.</param>
    /// <param name="folder">Of its files; absolute.</param>
    /// <param name="killAfter">The step after which it is killed, from 1; 0: none.</param>
    public static async Task<SystemCallSteps> AttachAsync(int process, string folder, int killAfter)
    {
        var steps = new SystemCallSteps(process, folder, killAfter);
        string[] stops = ["-e", $"trace={Calls}", "-e", $"inject={Calls}:signal=SIGSTOP"];
        steps._strace = await Strace.AttachAsync(process, stops, steps.Take);
        return steps;
    }

    public ValueTask DisposeAsync() => _strace?.DisposeAsync() ?? ValueTask.CompletedTask;

    private void Take(string line)
    {
        var match = Line().Match(line);
        var (thread, rest) = (match.Groups["thread"].Value, match.Groups["rest"].Value);
        if (rest.StartsWith("--- SIGSTOP {", StringComparison.Ordinal))
        {
            if (_calls.GetValueOrDefault(thread) is { } call && NameOf(call) is { } name)
            {
                _names.Add(name);
            }
            GoOnOrDie();
        }
        else if (rest.Length == 0)
        {
            GoOnOrDie();
        }
        else if (char.IsAsciiLetterLower(rest[0]))
        {
            _calls[thread] = rest;
        }
    }

    private void GoOnOrDie()
    {
        if (HasKilled)
        {
            Strace.Kill(_process);
        }
        else
        {
            Strace.GoOn(_process);
        }
    }

    /// <summary>Null: it changes nothing that lasts.</summary>
    private string? NameOf(string call)
    {
        var name = call[..call.IndexOf('(')];
        if (name is "sendto" or "sendmsg")
        {
            return $"{name} socket";
        }
        var path = PathOf(call, name);
        return path is null || path.EndsWith("-shm", StringComparison.Ordinal)
            ? null
            : $"{name} {Hexadecimal().Replace(path, "*")}";
    }

    /// <summary>Within the folder; of a rename or removal that names a folder and a file in it, both.</summary>
    private string? PathOf(string call, string name)
    {
        var at = call.IndexOf(_folder, StringComparison.Ordinal);
        if (at < 0)
        {
            return null;
        }
        var path = call[(at + _folder.Length)..];
        var end = path.IndexOfAny(['>', '"']);
        var isInFolder =
            end >= 0 && path[end] == '>' && name is "renameat" or "renameat2" or "unlinkat" or "mkdirat";
        path = path[..(end < 0 ? path.Length : end)].TrimStart('/');
        var quoted = call.Split('"');
        return isInFolder && quoted.Length > 2 ? $"{path}/{quoted[^2]}" : path;
    }

    [GeneratedRegex(@"^(\[pid +(?<thread>\d+)\] )?(?<rest>.*)$", RegexOptions.NonBacktracking)]
    private static partial Regex Line();

    /// <summary>Names of objects and of the folders they lie in.</summary>
    [GeneratedRegex(@"\b[0-9a-f]{2}\b|[0-9a-f]{16,}", RegexOptions.NonBacktracking)]
    private static partial Regex Hexadecimal();
}
