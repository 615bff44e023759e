using Vigil.Server.Http;
using Vigil.Trust;

namespace Vigil.Server.Features.Admin.Keys;

/// <summary>A key that is asked for, by page or API, checked.</summary>
internal sealed record KeyRequest(string Label, IReadOnlyList<Scope> Scopes, int Days)
{
    private const int MaxLabelCharacters = 100;

    /// <exception cref="ProblemException">What is missing or out of range.</exception>
    public static KeyRequest Check(string? label, IReadOnlyList<Scope> scopes, int days)
    {
        if (
            string.IsNullOrWhiteSpace(label)
            || label.Length > MaxLabelCharacters
            || label.Any(char.IsControl)
        )
        {
            throw ProblemException.BadRequest(
                "bad_label",
                $"Give the key a label of 1 to {MaxLabelCharacters} characters: what uses it."
            );
        }
        if (scopes.Count == 0)
        {
            throw ProblemException.BadRequest("no_scope", "Choose at least one scope.");
        }
        return days is >= 1 && days <= ApiKeys.MaxLife.TotalDays
            ? new KeyRequest(label.Trim(), scopes, days)
            : throw ProblemException.BadRequest(
                "bad_life",
                $"A key lives 1 to {ApiKeys.MaxLife.TotalDays:0} days."
            );
    }

    public Task<(ApiKey Key, string Secret)> CreateAsync(Tx tx) =>
        ApiKeys.CreateAsync(tx, Label, Scopes, TimeSpan.FromDays(Days));
}
