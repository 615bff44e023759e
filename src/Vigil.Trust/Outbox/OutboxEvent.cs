namespace Vigil.Trust;

/// <summary>
/// Something that the tenant's webhooks are told. Written in the transaction of what happened, delivered after
/// it, until received. Carries no image bytes and no hash values.
/// </summary>
/// <param name="Type">As "case.opened": stable, documented in the API.</param>
/// <param name="Subject">What it is about (a case reference, a scan id).</param>
/// <param name="Data">Serialised as the event's "data".</param>
public sealed record OutboxEvent(string Type, string Subject, object Data);
