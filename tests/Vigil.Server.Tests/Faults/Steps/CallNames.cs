using System.Text.RegularExpressions;

namespace Vigil.Server.Tests.Faults.Steps;

/// <summary>What a line of strace says that was done to which file of a folder.</summary>
/// <param name="folder">Absolute.</param>
internal sealed partial class CallNames(string folder)
{
    /// <summary>What changes files, and what answers. "?": not on every architecture.</summary>
    public const string Calls =
        "pwrite64,pwritev,sendto,sendmsg,fsync,fdatasync,ftruncate,fallocate,?rename,renameat,?renameat2,?unlink,"
        + "unlinkat,?mkdir,mkdirat";

    /// <summary>Null: it failed, or changes nothing that lasts.</summary>
    public string? Of(string call)
    {
        var name = call[..call.IndexOf('(')];
        if (call.Contains(" = -1 ", StringComparison.Ordinal))
        {
            return null;
        }
        if (name is "sendto" or "sendmsg")
        {
            return call.Contains("<socket:", StringComparison.Ordinal) ? Step.Answer : null;
        }
        var path = PathOf(call, name.EndsWith("at", StringComparison.Ordinal) || name == "renameat2");
        return path is null || path.EndsWith("-shm", StringComparison.Ordinal)
            ? null
            : $"{name} {Varying().Replace(path, "*")}";
    }

    /// <summary>A write that goes on where the one before it ended is no step of its own.</summary>
    public static bool IsWrite(string name) => name.StartsWith("pwrite", StringComparison.Ordinal);

    private string? PathOf(string call, bool isInFolder)
    {
        var opened = Opened().Matches(call).LastOrDefault()?.Groups["path"].Value;
        var named = Named().Matches(call).LastOrDefault()?.Groups["path"].Value;
        var path =
            isInFolder && named is not null ? Path.Combine(opened ?? "", named)
            : opened is not null ? opened
            : named;
        return path == folder ? "."
            : path?.StartsWith(folder + "/", StringComparison.Ordinal) == true ? path[(folder.Length + 1)..]
            : null;
    }

    [GeneratedRegex("<(?<path>/[^>]*)>", RegexOptions.NonBacktracking)]
    private static partial Regex Opened();

    [GeneratedRegex("\"(?<path>[^\"]*)\"", RegexOptions.NonBacktracking)]
    private static partial Regex Named();

    /// <summary>Names of objects, the folders they lie in, temporary files, numbers of tiles.</summary>
    [GeneratedRegex(@"[0-9a-f]{16,}|(?<=/)[0-9a-f]{2}(?=/|$)|(?<=/)\d+(?=\.p|$)")]
    private static partial Regex Varying();
}
