using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;

namespace Vigil.Server.Ui;

/// <summary>A form of the console as a browser sent it, after it was read; must not be printed.</summary>
internal sealed record SentForm
{
    /// <summary>Names with one of these hold no words of a person, and are never shown again.</summary>
    private static readonly string[] Secrets =
    [
        "password",
        "secret",
        "token",
        "code",
        "key",
        "ticket",
        "certificate",
        "credential",
        "challenge",
        "hashes",
        "fingerprint",
    ];

    /// <summary>Public keys, which are no secrets.</summary>
    private static readonly string[] Public = ["recipientKey", "publicKey"];

    /// <summary>Under these names people write, in all forms; any other is known by its page alone.</summary>
    private static readonly string[] Words = ["text", "reason", "note", "explanation", "statement"];

    private SentForm(string path, IFormCollection fields)
    {
        Path = path;
        Fields = fields;
    }

    /// <summary>Where it went.</summary>
    public string Path { get; }

    public IFormCollection Fields { get; }

    /// <summary>Free text in it, by the names of its fields; never what its page put into it.</summary>
    /// <param name="written">More names under which people write.</param>
    public IEnumerable<(string Name, string Value)> TextsOf(IReadOnlySet<string> written) =>
        from each in Fields
        where !IsSecret(each.Key) && (Words.Contains(each.Key) || written.Contains(each.Key))
        from value in each.Value
        where value?.Trim().Any(char.IsWhiteSpace) == true
        select (each.Key, value!);

    /// <summary>Null: no form that was read, or not known to come from a page of this console.</summary>
    /// <param name="isGuarded">Its token against forgery was good.</param>
    public static SentForm? Of(HttpContext context, bool isGuarded) =>
        HttpMethods.IsPost(context.Request.Method)
        && ConsoleDoor.IsPageOfBrowser(context)
        && (isGuarded || context.Request.Headers["Sec-Fetch-Site"] == "same-origin")
        && context.Features.Get<IFormFeature>()?.Form is { Files.Count: 0 } fields
            ? new SentForm(context.Request.Path.Value ?? "", fields)
            : null;

    /// <summary>A text of this name is not shown again, not even to who sent it.</summary>
    public static bool IsSecret(string name) =>
        !Public.Contains(name)
        && Secrets.Any(part => name.Contains(part, StringComparison.OrdinalIgnoreCase));

    public override string ToString() => nameof(SentForm);
}
