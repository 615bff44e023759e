namespace Vigil.Server.Http;

/// <summary>
/// An answer with a secret that is shown once. It is kept for no repeat of its request: who asks again under the same
/// Idempotency-Key is told that it was done, and the id of what was made (409 <c>secret_shown_once</c>).
/// </summary>
internal interface IShownOnce
{
    /// <summary>What was made; null: this one has no secret, and is kept as any other answer.</summary>
    string? MadeId { get; }
}
