"""Who asks, as the coaching half knows it."""

from api.identity import Identity, Role
from api.services import Services
from coaching.actor import Actor


def actor_of(identity: Identity, services: Services) -> Actor:
    """An identity as somebody who acts now."""
    return Actor(
        actor_id=identity.actor_id,
        now=services.clock(),
        name=identity.name,
        shops=identity.shops,
        agent=identity.agent,
        trains=identity.role.allows(Role.TRAINER),
        leads=identity.role.allows(Role.LEAD),
        zone=services.zone,
    )
