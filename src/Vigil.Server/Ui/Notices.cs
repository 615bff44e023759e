using System.Collections.Concurrent;

namespace Vigil.Server.Ui;

/// <summary>What a page says after an act: by code, because the code travels in the address.</summary>
internal static class Notices
{
    /// <summary>The race it prevents: two servers of one process that are built at once.</summary>
    private static readonly ConcurrentDictionary<string, string> Texts = new(StringComparer.Ordinal)
    {
        ["saved"] = "Saved.",
        ["created"] = "Created.",
        ["removed"] = "Removed.",
        ["sent"] = "Sent.",
    };

    public static string? Find(string code) => Texts.GetValueOrDefault(code);

    /// <summary>A feature's own, said while the server is built.</summary>
    public static void Add(string code, string text) => Texts[code] = text;
}
